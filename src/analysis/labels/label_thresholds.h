#pragma once

#include <string>
#include <vector>

#include "analysis/collected_sets.h"
#include "metrics/f1_threshold.h"
#include "metrics/label_sets.h"

namespace carica::analysis {

/// Thresholds chosen label by label for the best F1 on one split, to be judged on another: on its
/// own split their F1 is too good.
struct LabelThresholds {
  struct OfLabel {
    double threshold = 0;         // NaN: no sample to choose by
    std::int64_t support = 0;     // samples that have the label
    metrics::AtThreshold chosen;  // with it
    metrics::AtThreshold before;  // with the threshold of all labels
  };
  std::string split;  // on which they were chosen
  double common = 0.5;
  std::vector<OfLabel> labels;  // K

  /// What to predict with: the common threshold where none was chosen.
  double of(std::size_t label) const;
};

LabelThresholds choose_thresholds(const CollectedSets& collected);

/// Metrics of other pictures with these thresholds.
metrics::LabelSetMetrics with_thresholds(const LabelThresholds& thresholds,
                                         const CollectedSets& collected);

/// thresholds.csv: name,threshold, then of the split they were chosen on SPLIT_support,
/// SPLIT_precision, SPLIT_recall, SPLIT_f1, SPLIT_f1_at_common; then precision, recall and F1 of
/// the judged split where it is another one.
std::string thresholds_csv(const LabelThresholds& thresholds, const CollectedSets& judged,
                           const metrics::LabelSetMetrics& metrics);

}  // namespace carica::analysis
