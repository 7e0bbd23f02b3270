#include "analysis/labels/label_thresholds.h"

#include <ATen/Functions.h>
#include <torch/utils.h>

#include <cmath>

#include "analysis/page.h"
#include "core/text.h"

namespace carica::analysis {

double LabelThresholds::of(std::size_t label) const {
  const double own = labels[label].threshold;
  return std::isnan(own) ? common : own;
}

LabelThresholds choose_thresholds(const CollectedSets& collected) {
  LabelThresholds result{collected.split, collected.threshold, {}};
  for (const auto& ranking : metrics::rankings(collected.scored())) {
    LabelThresholds::OfLabel one;
    one.threshold = metrics::best_f1_threshold(ranking);
    one.support = ranking.positives;
    one.before = metrics::at_threshold(ranking, collected.threshold);
    one.chosen =
        std::isnan(one.threshold) ? one.before : metrics::at_threshold(ranking, one.threshold);
    result.labels.push_back(one);
  }
  return result;
}

metrics::LabelSetMetrics with_thresholds(const LabelThresholds& thresholds,
                                         const CollectedSets& collected) {
  std::vector<double> values;
  for (std::size_t k = 0; k < thresholds.labels.size(); ++k) values.push_back(thresholds.of(k));
  // Compared as a common threshold is: a float with a double.
  const auto predicted =
      collected.probabilities.to(torch::kDouble).gt(torch::tensor(values, torch::kDouble));
  metrics::LabelSets sets(static_cast<int>(collected.classes.size()));
  sets.add(predicted.to(torch::kFloat), collected.truth);
  return sets.metrics(0.5);
}

std::string thresholds_csv(const LabelThresholds& thresholds, const CollectedSets& judged,
                           const metrics::LabelSetMetrics& metrics) {
  const bool apart = judged.split != thresholds.split;
  std::string csv = "name,threshold";
  for (const char* column : {"support", "precision", "recall", "f1", "f1_at_common"}) {
    csv += cat(",", thresholds.split, "_", column);
  }
  for (const char* column : {"precision", "recall", "f1"}) {
    if (apart) csv += cat(",", judged.split, "_", column);
  }
  csv += "\n";
  for (std::size_t k = 0; k < thresholds.labels.size(); ++k) {
    const auto& own = thresholds.labels[k];
    csv += cat(csv_field(judged.classes[k]), ",", cell(own.threshold), ",", own.support, ",",
               cell(own.chosen.precision), ",", cell(own.chosen.recall), ",", cell(own.chosen.f1),
               ",", cell(own.before.f1));
    if (apart) {
      const auto& other = metrics.classes[k];
      csv += cat(",", cell(other.precision), ",", cell(other.recall), ",", cell(other.f1));
    }
    csv += "\n";
  }
  return csv;
}

}  // namespace carica::analysis
