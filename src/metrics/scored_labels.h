#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/calibration.h"
#include "metrics/ranking.h"

namespace carica::metrics {

/// What a classifier says of N samples that have any number of K labels. Nothing here depends on
/// the order of the samples, not even in the last bit.
struct ScoredLabels {
  int classes = 0;                       // K
  std::span<const std::uint8_t> truth;   // uint8[N,K], row-major, not 0 for each label of a sample
  std::span<const float> probabilities;  // float[N,K], row-major

  std::size_t size() const;  // N
  bool has(std::size_t sample, std::size_t label) const;
  float probability(std::size_t sample, std::size_t label) const;
};

/// Throws Error(kShape) when the sizes do not fit. All functions that take ScoredLabels do.
void require_valid(const ScoredLabels& samples);

/// Each label by its probability.
std::vector<Ranking> rankings(const ScoredLabels& samples);

/// Of all pairs of sample and label together: a bin holds the pairs whose probability lies in it,
/// `confidence` is their mean probability and `accuracy` the share of them that are true, as
/// scikit-learn's calibration_curve has them. Errors are NaN of no pair, or where one has NaN.
Calibration calibration(const ScoredLabels& samples, int bins = 15);

}  // namespace carica::metrics
