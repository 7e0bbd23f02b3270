#pragma once

#include <string>
#include <vector>

#include "analysis/collected.h"
#include "eval/evaluator.h"
#include "loss/loss.h"
#include "metrics/bootstrap.h"
#include "metrics/calibration.h"
#include "metrics/probabilities.h"

namespace carica::analysis {

/// Everything that follows from labels and probabilities of a classifier: docs/metrics.md.
struct ClassifierScores {
  double top1 = 0, top_k = 0, f1_weighted = 0;
  double nll = 0, brier = 0;  // NaN of sigmoids that do not sum to 1
  int k = 5;
  std::vector<metrics::Ranking> rankings;  // of each class
  metrics::RankingMetrics areas;
  metrics::Calibration calibration;
  metrics::ClassificationIntervals intervals;
};
/// evaluation: of the pass that was collected. What it ranked, and so what is predicted, comes from
/// logits: float32 probabilities of clear cases are equal.
ClassifierScores score(const Collected& collected, const eval::Evaluation& evaluation,
                       loss::Activation activation);

/// scores.json: flat names and values, `inference` where it was not plain, `intervals` of 95 %,
/// `per_class`.
std::string scores_json(const Collected& collected, const ClassifierScores& scores,
                        const eval::Inference& how);
/// name,precision,precision_low,precision_high,recall,...,f1,...,roc_auc,average_precision,support.
std::string scores_csv(const Collected& collected, const ClassifierScores& scores);
/// Samples of each class in the truth.
std::vector<std::int64_t> support_of(const Collected& collected);

}  // namespace carica::analysis
