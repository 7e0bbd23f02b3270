#include "analysis/labels/label_set_scores.h"

#include <array>
#include <nlohmann/json.hpp>

#include "analysis/page.h"
#include "core/text.h"
#include "eval/results.h"

namespace carica::analysis {
namespace {

using Json = nlohmann::ordered_json;

Json interval_json(const metrics::Interval& interval) {
  return Json::array({finite_or_null(interval.low), finite_or_null(interval.high)});
}

// Of a label, in the order of the tables.
struct Measured {
  const char* name;
  double value;
  const metrics::Interval& interval;
};
std::array<Measured, 4> measured(const LabelSetScores& scores, std::size_t label) {
  const auto& own = scores.metrics.classes[label];
  const auto& between = scores.intervals.classes[label];
  return {Measured{"precision", own.precision, between.precision},
          {"recall", own.recall, between.recall},
          {"f1", own.f1, between.f1},
          {"average_precision", own.average_precision, between.average_precision}};
}

}  // namespace

LabelSetScores score(const CollectedSets& collected, const eval::Evaluation& evaluation) {
  const auto samples = collected.scored();
  LabelSetScores scores;
  scores.metrics = evaluation.label_sets;
  scores.rankings = metrics::rankings(samples);
  scores.areas = metrics::ranking_metrics(scores.rankings);
  scores.calibration = metrics::calibration(samples);
  scores.intervals = metrics::bootstrap_label_sets(samples, collected.threshold);
  return scores;
}

std::string scores_json(const CollectedSets& collected, const LabelSetScores& scores,
                        const eval::Inference& how, const JudgedThresholds* thresholds) {
  const auto& all = scores.metrics;
  Json json{{"split", collected.split},
            {"samples", collected.size()},
            {"threshold", collected.threshold}};
  for (const auto& [name, value] :
       {std::pair("map", all.map), std::pair("precision_micro", all.precision_micro),
        std::pair("recall_micro", all.recall_micro), std::pair("f1_micro", all.f1_micro),
        std::pair("precision_macro", all.precision_macro),
        std::pair("recall_macro", all.recall_macro), std::pair("f1_macro", all.f1_macro),
        std::pair("f1_samples", all.f1_samples), std::pair("exact_match", all.exact_match),
        std::pair("roc_auc_macro", scores.areas.roc_auc_macro),
        std::pair("roc_auc_weighted", scores.areas.roc_auc_weighted),
        std::pair("expected_calibration_error", scores.calibration.expected_error),
        std::pair("maximum_calibration_error", scores.calibration.maximum_error)}) {
    json[name] = finite_or_null(value);
  }
  if (auto ways = eval::inference_json(how); !ways.is_null()) json["inference"] = std::move(ways);
  json["intervals"] = {{"map", interval_json(scores.intervals.map)},
                       {"f1_macro", interval_json(scores.intervals.f1_macro)},
                       {"f1_micro", interval_json(scores.intervals.f1_micro)},
                       {"exact_match", interval_json(scores.intervals.exact_match)}};
  if (thresholds != nullptr) {
    const auto& judged = thresholds->metrics;
    json["thresholds"] = {{"chosen_on", thresholds->chosen.split},
                          {"f1_macro", finite_or_null(judged.f1_macro)},
                          {"f1_micro", finite_or_null(judged.f1_micro)},
                          {"f1_samples", finite_or_null(judged.f1_samples)},
                          {"exact_match", finite_or_null(judged.exact_match)}};
  }
  for (std::size_t k = 0; k < collected.classes.size(); ++k) {
    Json row{{"name", collected.classes[k]}};
    for (const auto& one : measured(scores, k)) {
      row[one.name] = finite_or_null(one.value);
      row["intervals"][one.name] = interval_json(one.interval);
    }
    row["roc_auc"] = finite_or_null(scores.areas.roc_auc[k]);
    if (thresholds != nullptr) {
      row["threshold"] = finite_or_null(thresholds->chosen.labels[k].threshold);
    }
    row["support"] = all.classes[k].support;
    row["predicted"] = all.classes[k].predicted;
    json["per_class"].push_back(std::move(row));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string scores_csv(const CollectedSets& collected, const LabelSetScores& scores) {
  std::string csv = "name";
  for (const char* name : {"precision", "recall", "f1", "average_precision"}) {
    csv += cat(",", name, ",", name, "_low,", name, "_high");
  }
  csv += ",roc_auc,support,predicted\n";
  for (std::size_t k = 0; k < collected.classes.size(); ++k) {
    csv += csv_field(collected.classes[k]);
    for (const auto& one : measured(scores, k)) {
      csv += cat(",", cell(one.value), ",", cell(one.interval.low), ",", cell(one.interval.high));
    }
    const auto& own = scores.metrics.classes[k];
    csv += cat(",", cell(scores.areas.roc_auc[k]), ",", own.support, ",", own.predicted, "\n");
  }
  return csv;
}

}  // namespace carica::analysis
