#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/scored_labels.h"

namespace carica::metrics {

/// Of one label, over samples that count several times or not at all.
struct LabelTally {
  std::int64_t hits = 0, predicted = 0, support = 0;
  double average_precision = 0;  // NaN where no sample has the label
};

/// Labels sorted by their scores once, to be counted anew for each resample.
class WeightedLabels {
 public:
  /// Predicted is what has a probability above `threshold`. Throws Error(kShape), also for 2^30 and
  /// more samples.
  WeightedLabels(const ScoredLabels& samples, double threshold);

  /// weights: how often each sample counts, [N].
  std::vector<LabelTally> tally(std::span<const std::uint32_t> weights) const;
  /// The weights of samples with all labels right and no other.
  std::int64_t exact_matches(std::span<const std::uint32_t> weights) const;
  /// Whether all that is predicted of a sample is right.
  bool is_exact(std::size_t sample) const { return exact_[sample] != 0; }

 private:
  struct Label {
    std::vector<std::uint32_t> order;  // sample << 2 | has the label << 1 | last of its score
    std::size_t predicted = 0;         // how many of them, from the first
  };
  LabelTally tally(const Label& label, std::span<const std::uint32_t> weights) const;

  std::vector<Label> labels_;
  std::vector<std::uint8_t> exact_;
};

/// Means over the labels as LabelSetMetrics has them.
double f1_micro(std::span<const LabelTally> labels);
double f1_macro(std::span<const LabelTally> labels);
double mean_average_precision(std::span<const LabelTally> labels);

}  // namespace carica::metrics
