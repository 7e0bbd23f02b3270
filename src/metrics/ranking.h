#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace carica::metrics {

/// What has at least the score `threshold`.
struct Cut {
  float threshold = 0;
  std::int64_t hits = 0;          // positive samples
  std::int64_t false_alarms = 0;  // negative samples
};

/// Samples of one class against the rest, cut at each distinct score, the highest first: equal
/// scores are one threshold. NaN scores rank last, below all numbers.
struct Ranking {
  std::vector<Cut> cuts;
  std::int64_t positives = 0, negatives = 0;
};

/// scores: float[N]; truths: uint8[N], not 0 for a positive sample. Throws Error(kShape).
Ranking rank(std::span<const float> scores, std::span<const std::uint8_t> truths);

/// Area under the ROC curve: the share of (positive, negative) pairs in the right order, a tie
/// being half a pair. Summed in integers. NaN without a positive or without a negative sample.
double roc_auc(const Ranking& ranking);

/// Sum over the cuts of (recall - recall before) * precision, without interpolation (scikit-learn's
/// average_precision_score). NaN without a positive sample.
double average_precision(const Ranking& ranking);

/// Shares of the negative and of the positive samples at or above a threshold.
struct RocPoint {
  double false_positive_rate = 0, true_positive_rate = 0;
  double threshold = 0;  // infinite for the first point, (0,0)
};

/// From (0,0) to (1,1). Of more points than `most` (at least 2), those that are spread evenly along
/// the curve: between two of them the rates rise by at most 2/(most-1) more than one threshold
/// does. Empty without a positive or without a negative sample.
std::vector<RocPoint> roc_curve(const Ranking& ranking, std::size_t most = 200);

/// Of what is at or above a threshold.
struct PrecisionRecallPoint {
  double recall = 0, precision = 0;
  double threshold = 0;  // infinite for the first point, (0,1)
};

/// From (0,1), which belongs to no threshold (scikit-learn's convention), to a recall of 1; average
/// precision is the area of steps, each at the precision of its right end. Thinned as roc_curve(),
/// along recall and the share of samples that are at or above the threshold. Empty without a
/// positive sample.
std::vector<PrecisionRecallPoint> precision_recall_curve(const Ranking& ranking,
                                                         std::size_t most = 200);

}  // namespace carica::metrics
