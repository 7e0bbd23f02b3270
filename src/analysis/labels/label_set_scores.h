#pragma once

#include <string>
#include <vector>

#include "analysis/collected_sets.h"
#include "analysis/labels/label_thresholds.h"
#include "metrics/label_bootstrap.h"
#include "metrics/probabilities.h"

namespace carica::analysis {

/// Everything that follows from the labels and probabilities of pictures with several labels:
/// docs/metrics.md.
struct LabelSetScores {
  metrics::LabelSetMetrics metrics;        // at the threshold of all labels
  std::vector<metrics::Ranking> rankings;  // of each label
  metrics::RankingMetrics areas;
  metrics::Calibration calibration;  // of all labels together
  metrics::LabelSetIntervals intervals;
};
/// evaluation: of the pass that was collected.
LabelSetScores score(const CollectedSets& collected, const eval::Evaluation& evaluation);

/// Thresholds chosen on another split, and what the judged one has with them.
struct JudgedThresholds {
  const LabelThresholds& chosen;
  const metrics::LabelSetMetrics& metrics;
};

/// scores.json: flat names and values, `inference` where it was not plain, `intervals` of 95 %,
/// `thresholds` where there are any, `per_class`.
std::string scores_json(const CollectedSets& collected, const LabelSetScores& scores,
                        const eval::Inference& how, const JudgedThresholds* thresholds);
/// name,precision,precision_low,precision_high,recall,...,f1,...,average_precision,...,roc_auc,
/// support,predicted.
std::string scores_csv(const CollectedSets& collected, const LabelSetScores& scores);

}  // namespace carica::analysis
