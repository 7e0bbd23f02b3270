#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace carica::metrics {

/// The label of a sample and what was predicted.
struct LabelPair {
  int truth = 0, prediction = 0;

  auto operator<=>(const LabelPair&) const = default;
};

/// truth, prediction: int[N], 0..classes-1. Throws Error(kShape), Error(kData) for a label outside.
std::vector<LabelPair> label_pairs(int classes, std::span<const int> truth,
                                   std::span<const int> prediction);

/// Counts of each class, without the K*K of a Confusion: made anew for each resample.
struct ClassTally {
  explicit ClassTally(int classes);

  void add(LabelPair pair) {
    ++support[static_cast<std::size_t>(pair.truth)];
    ++predicted[static_cast<std::size_t>(pair.prediction)];
    hits[static_cast<std::size_t>(pair.truth)] += pair.truth == pair.prediction;
  }
  void reset();

  double accuracy() const;  // 0 of nothing
  double f1_macro() const;  // as Summary's: 0/0 is 0, absent classes count

  std::vector<std::int64_t> hits, support, predicted;
};

}  // namespace carica::metrics
