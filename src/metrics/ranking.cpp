#include "metrics/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/text.h"
#include "metrics/shares.h"

namespace carica::metrics {
namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

struct Scored {
  float score;
  bool positive;
};

// Of more points than `most` those that are spread evenly along `length`, which rises from 0 to 2.
template <typename Point, typename Length>
std::vector<Point> thinned(std::vector<Point> points, std::size_t most, const Length& length) {
  if (points.size() <= most) return points;
  std::vector<Point> kept = {points.front()};
  const auto steps = static_cast<double>(most - 1);
  double next = 2 / steps;
  for (std::size_t i = 1; i + 1 < points.size() && kept.size() + 1 < most; ++i) {
    const double here = length(points[i]);
    if (here < next) continue;
    kept.push_back(points[i]);
    next = (std::floor(here * steps / 2) + 1) * 2 / steps;
  }
  kept.push_back(points.back());
  return kept;
}

void require_ends(const char* curve, std::size_t most) {
  if (most >= 2) return;
  throw Error(ErrorCode::kShape, cat(curve, ": ", most, " points; at least 2 are needed"));
}

}  // namespace

Ranking rank(std::span<const float> scores, std::span<const std::uint8_t> truths) {
  if (scores.size() != truths.size()) {
    throw Error(ErrorCode::kShape, cat("ranking: ", scores.size(), " scores and ", truths.size(),
                                       " truths; as many are expected"));
  }
  std::vector<Scored> samples(scores.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = {std::isnan(scores[i]) ? kLowest : scores[i], truths[i] != 0};
  }
  std::sort(samples.begin(), samples.end(),
            [](const Scored& a, const Scored& b) { return a.score > b.score; });
  Ranking ranking;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    ++(samples[i].positive ? ranking.positives : ranking.negatives);
    const bool last = i + 1 == samples.size() || samples[i + 1].score != samples[i].score;
    if (!last) continue;
    ranking.cuts.push_back({samples[i].score, ranking.positives, ranking.negatives});
  }
  return ranking;
}

double roc_auc(const Ranking& ranking) {
  // Twice the area in units of one pair, by trapezoids: no rounding but that of the last division.
  std::int64_t twice = 0;
  Cut before;
  for (const Cut& cut : ranking.cuts) {
    twice += (cut.false_alarms - before.false_alarms) * (cut.hits + before.hits);
    before = cut;
  }
  return share(twice, 2 * ranking.positives * ranking.negatives, kNaN);
}

double average_precision(const Ranking& ranking) {
  if (ranking.positives == 0) return kNaN;
  double sum = 0;
  std::int64_t hits_before = 0;
  for (const Cut& cut : ranking.cuts) {
    sum += share(cut.hits - hits_before, ranking.positives, 0) *
           share(cut.hits, cut.hits + cut.false_alarms, 0);
    hits_before = cut.hits;
  }
  return sum;
}

std::vector<RocPoint> roc_curve(const Ranking& ranking, std::size_t most) {
  require_ends("roc curve", most);
  std::vector<RocPoint> points;
  if (ranking.positives == 0 || ranking.negatives == 0) return points;
  points.push_back({0, 0, std::numeric_limits<double>::infinity()});
  for (const Cut& cut : ranking.cuts) {
    points.push_back({share(cut.false_alarms, ranking.negatives, 0),
                      share(cut.hits, ranking.positives, 0), cut.threshold});
  }
  // Both rates only rise, so that their sum is a length along the curve.
  return thinned(std::move(points), most, [](const RocPoint& point) {
    return point.false_positive_rate + point.true_positive_rate;
  });
}

std::vector<PrecisionRecallPoint> precision_recall_curve(const Ranking& ranking, std::size_t most) {
  require_ends("precision-recall curve", most);
  if (ranking.positives == 0) return {};
  struct Place {
    PrecisionRecallPoint point;
    double above = 0;  // share of all samples
  };
  std::vector<Place> places = {{{0, 1, std::numeric_limits<double>::infinity()}, 0}};
  for (const Cut& cut : ranking.cuts) {
    const auto above = cut.hits + cut.false_alarms;
    places.push_back(
        {{share(cut.hits, ranking.positives, 0), share(cut.hits, above, 0), cut.threshold},
         share(above, ranking.positives + ranking.negatives, 0)});
  }
  std::vector<PrecisionRecallPoint> points;
  for (const auto& place : thinned(std::move(places), most,
                                   [](const Place& one) { return one.point.recall + one.above; })) {
    points.push_back(place.point);
  }
  return points;
}

}  // namespace carica::metrics
