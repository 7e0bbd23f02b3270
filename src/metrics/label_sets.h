#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace carica::metrics {

/// Of one class, among samples that have any number of labels. 0/0 is 0 for precision, recall and
/// F1 (scikit-learn's zero_division=0); the average precision of a class that no sample has is NaN.
struct LabelMetrics {
  double precision = 0, recall = 0, f1 = 0, average_precision = 0;
  std::int64_t support = 0;    // samples that have the label
  std::int64_t predicted = 0;  // samples that were given it
};

/// Names as scikit-learn's. Macro averages divide by the number of classes; `map`, the mean average
/// precision, leaves out classes that no sample has (torchmetrics' MultilabelAveragePrecision) and
/// is NaN when there is none. Of nothing: 0.
struct LabelSetMetrics {
  std::vector<LabelMetrics> classes;
  double map = 0;
  double precision_micro = 0, recall_micro = 0, f1_micro = 0;
  double precision_macro = 0, recall_macro = 0, f1_macro = 0;
  double f1_samples = 0;   // mean over the samples of the F1 of their labels
  double exact_match = 0;  // share of samples with all labels right and no other
};

/// Keeps scores and truth of samples with several labels, 5 bytes for each sample and class:
/// average precision needs them all. On the device until asked: no synchronisation per batch. The
/// results do not depend on how samples come in batches. Not thread-safe.
class LabelSets {
 public:
  explicit LabelSets(int classes);

  /// probabilities: float[N,K] of any float type; truth: uint8[N,K], 1 for each label of a sample.
  /// Throws Error(kShape).
  void add(const torch::Tensor& probabilities, const torch::Tensor& truth);
  /// Predicted is what has a probability above `threshold`; NaN is below all numbers.
  LabelSetMetrics metrics(double threshold) const;
  void reset();

 private:
  int classes_;
  std::vector<torch::Tensor> scores_, truths_;  // float32[N,K], uint8[N,K]
};

/// name,precision,recall,f1,average_precision,support; "nan" for the last of an absent class.
/// Throws Error(kShape) unless there is one name for each class.
std::string per_class_csv(const LabelSetMetrics& metrics, const std::vector<std::string>& classes);

}  // namespace carica::metrics
