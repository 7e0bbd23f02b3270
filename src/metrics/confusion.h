// metrics: integer counts, and what is computed from them. May include core and config.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace carica::metrics {

/// Confusion counts of K classes: rows truth, columns prediction.
struct Confusion {
  explicit Confusion(int class_count = 0)
      : classes(class_count), counts(static_cast<std::size_t>(class_count) * class_count, 0) {}
  int classes;
  std::vector<std::int64_t> counts;  // int64[K,K], row-major
  // int64[K], or empty: predictions that are no class of the data, by truth. They count as wrong.
  std::vector<std::int64_t> other = {};

  std::int64_t at(int truth, int prediction) const {
    return counts[static_cast<std::size_t>(truth) * classes + prediction];
  }
  std::int64_t& at(int truth, int prediction) {
    return counts[static_cast<std::size_t>(truth) * classes + prediction];
  }
  std::int64_t support(int c) const;    // samples or pixels of the class in the truth
  std::int64_t predicted(int c) const;  // of the class in the prediction
  std::int64_t total() const;
  std::int64_t correct() const;
  /// Throws Error(kShape) when the numbers of classes differ.
  Confusion& operator+=(const Confusion& more);
};

/// Shares in 0..1 of one class. 0/0 is 0 for precision, recall and F1 (scikit-learn's
/// zero_division=0) and NaN for IoU and Dice of a class that occurs neither in truth nor in
/// prediction; means leave NaN out.
struct ClassMetrics {
  double precision = 0, recall = 0, f1 = 0, iou = 0, dice = 0;
  std::int64_t support = 0;
};
std::vector<ClassMetrics> per_class(const Confusion& confusion);

/// All averages. Names as scikit-learn's and torchmetrics'. The macro averages divide by K, absent
/// classes included (scikit-learn with labels=range(K)). Nothing counted: all 0, miou and mdice
/// NaN.
struct Summary {
  double accuracy = 0;  // top-1, pixel accuracy, F1 micro: the same number
  double precision_macro = 0, recall_macro = 0, f1_macro = 0, f1_weighted = 0;
  double miou = 0, mdice = 0;
};
Summary summarize(const Confusion& confusion);

/// Rows of truth, columns of prediction, class names on both; the corner says "truth". Where there
/// are others, a last column "other".
/// Throws Error(kShape) unless there is one name for each class.
std::string confusion_csv(const Confusion& confusion, const std::vector<std::string>& classes);
/// name,precision,recall,f1,support and for segmentation iou,dice ("nan" for an absent class).
/// Throws Error(kShape) unless there is one name for each class.
std::string per_class_csv(const Confusion& confusion, const std::vector<std::string>& classes,
                          bool segmentation);

}  // namespace carica::metrics
