#pragma once

#include "metrics/ranking.h"
#include "metrics/shares.h"

namespace carica::metrics {

/// What a label's samples have where it is predicted above a threshold. 0/0 is 0.
struct AtThreshold {
  double precision = 0, recall = 0, f1 = 0;
};
AtThreshold at_threshold(const Ranking& ranking, double threshold);

/// The threshold with the largest F1 of the samples above it, half way between two scores (below
/// the lowest one: half way to 0); of equal ones the highest. NaN without a positive sample, or
/// where all scores are 0.
double best_f1_threshold(const Ranking& ranking);

}  // namespace carica::metrics
