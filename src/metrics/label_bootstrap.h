#pragma once

#include <span>
#include <vector>

#include "metrics/paired_tests.h"
#include "metrics/resampling.h"
#include "metrics/scored_labels.h"

namespace carica::metrics {

/// Of one label. Unlike LabelMetrics, 0/0 is NaN: a resample without the label says nothing of it.
struct LabelIntervals {
  Interval precision, recall, f1, average_precision;
};

/// Names and means as LabelSetMetrics has them. Exact matches, and precision, recall and F1 of a
/// label, that are 0 or 1 have an exact interval (share_interval()); the others have none there.
struct LabelSetIntervals {
  Interval exact_match, f1_micro, f1_macro, map;
  std::vector<LabelIntervals> classes;
};

/// Resamples samples. Predicted is what has a probability above `threshold`. Does not depend on the
/// order of the samples. Throws Error(kShape).
LabelSetIntervals bootstrap_label_sets(const ScoredLabels& samples, double threshold,
                                       const BootstrapOptions& options = {});

/// One of two runs over the same samples, in the same order.
struct LabelRun {
  std::span<const float> probabilities;  // float[N,K]
  double threshold = 0.5;
};
/// Second minus first.
struct LabelSetDifferences {
  PairedDifference map, f1_macro;
};
/// truth: uint8[N,K] of both runs. Which order does not matter. Throws Error(kShape), also for no
/// sample.
LabelSetDifferences bootstrap_label_differences(int classes, std::span<const std::uint8_t> truth,
                                                const LabelRun& first, const LabelRun& second,
                                                const BootstrapOptions& options = {});

}  // namespace carica::metrics
