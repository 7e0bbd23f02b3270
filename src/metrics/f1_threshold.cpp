#include "metrics/f1_threshold.h"

namespace carica::metrics {
namespace {

AtThreshold above(const Ranking& ranking, const Cut& cut) {
  const auto predicted = cut.hits + cut.false_alarms;
  return {share(cut.hits, predicted, 0), share(cut.hits, ranking.positives, 0),
          share(2 * cut.hits, predicted + ranking.positives, 0)};
}

}  // namespace

AtThreshold at_threshold(const Ranking& ranking, double threshold) {
  Cut last;
  for (const Cut& cut : ranking.cuts) {
    if (!(cut.threshold > threshold)) break;
    last = cut;
  }
  return above(ranking, last);
}

double best_f1_threshold(const Ranking& ranking) {
  double best = kNaN, best_f1 = 0;
  if (ranking.positives == 0) return best;
  for (std::size_t i = 0; i < ranking.cuts.size(); ++i) {
    const double score = ranking.cuts[i].threshold;
    if (!(score > 0)) break;  // of a probability of 0 nothing can be predicted
    const double f1 = above(ranking, ranking.cuts[i]).f1;
    if (f1 <= best_f1) continue;
    const double next = i + 1 < ranking.cuts.size() ? ranking.cuts[i + 1].threshold : 0;
    best = (score + (next > 0 ? next : 0)) / 2;
    best_f1 = f1;
  }
  return best;
}

}  // namespace carica::metrics
