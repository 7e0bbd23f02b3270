#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/ranking.h"

namespace carica::metrics {

/// What a classifier says of N samples that have one label each. Nothing here depends on the order
/// of the samples, not even in the last bit.
struct ScoredSamples {
  int classes = 0;                       // C
  std::span<const int> labels;           // int[N], 0..C-1
  std::span<const float> probabilities;  // float[N,C], row-major

  std::size_t size() const { return labels.size(); }
  std::span<const float> row(std::size_t sample) const;
};

/// Throws Error(kShape) when the sizes do not fit, Error(kData) for a label outside 0..C-1. All
/// functions below do.
void require_valid(const ScoredSamples& samples);

/// Class of the largest probability; of equal ones the lower. NaN is below all numbers.
int top_class(std::span<const float> probabilities);

/// Share of samples whose label is among the k most likely classes (ties: the lower class first).
/// k above C counts as C; a NaN of the label is no hit. 0 of no sample.
double top_k_share(const ScoredSamples& samples, int k);

/// Mean of -ln p of the label, in nats, p cut to [2^-52, 1-2^-52] as scikit-learn's log_loss does:
/// finite for p = 0. NaN of no sample, or where the p of a label is NaN.
double negative_log_likelihood(const ScoredSamples& samples);

/// Mean over the samples of sum_c (p_c - [c is the label])^2: 0 to 2. NaN as above.
/// Source: Brier 1950, "Verification of forecasts expressed in terms of probability".
double brier_score(const ScoredSamples& samples);

/// Each class against the rest, by its probability.
std::vector<Ranking> rankings(const ScoredSamples& samples);

/// Areas, with NaN where they are not defined: metrics/ranking.h.
struct RankingMetrics {
  std::vector<double> roc_auc, average_precision;  // of each class
  // Means over the classes where they are defined; NaN when they are nowhere. Weighted: by the
  // number of samples of the class.
  double roc_auc_macro = 0, roc_auc_weighted = 0, average_precision_macro = 0;
};
RankingMetrics ranking_metrics(std::span<const Ranking> classes);

}  // namespace carica::metrics
