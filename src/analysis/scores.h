#pragma once

#include <string>
#include <vector>

#include "analysis/collected.h"
#include "metrics/bootstrap.h"
#include "metrics/calibration.h"
#include "metrics/probabilities.h"

namespace carica::analysis {

/// Everything that follows from labels and probabilities of a classifier: docs/metrics.md.
struct ClassifierScores {
  double top1 = 0, top5 = 0, f1_weighted = 0, nll = 0, brier = 0;
  std::vector<metrics::Ranking> rankings;  // of each class
  metrics::RankingMetrics areas;
  metrics::Calibration calibration;
  metrics::ClassificationIntervals intervals;
};
ClassifierScores score(const Collected& collected);

/// scores.json: flat names and values, `intervals` of 95 %, `per_class`.
std::string scores_json(const Collected& collected, const ClassifierScores& scores);
/// name,precision,precision_low,precision_high,recall,...,f1,...,roc_auc,average_precision,support.
std::string scores_csv(const Collected& collected, const ClassifierScores& scores);
/// Samples of each class in the truth.
std::vector<std::int64_t> support_of(const Collected& collected);

}  // namespace carica::analysis
