#include "analysis/scores.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/page.h"
#include "core/text.h"
#include "eval/results.h"
#include "metrics/confusion.h"

namespace carica::analysis {
namespace {

using Json = nlohmann::ordered_json;

Json interval_json(const metrics::Interval& interval) {
  return Json::array({finite_or_null(interval.low), finite_or_null(interval.high)});
}

std::string cells(const metrics::Interval& interval) {
  return cat(cell(interval.value), ",", cell(interval.low), ",", cell(interval.high));
}

}  // namespace

ClassifierScores score(const Collected& collected, const eval::Evaluation& evaluation,
                       loss::Activation activation) {
  const std::vector<int> truth(collected.truth.begin(), collected.truth.end());
  const std::vector<int> predicted(collected.predicted.begin(), collected.predicted.end());
  const int classes = static_cast<int>(collected.classes.size());
  const auto* first = collected.probabilities.const_data_ptr<float>();
  const metrics::ScoredSamples samples{
      classes, truth, {first, static_cast<std::size_t>(collected.probabilities.numel())}};
  ClassifierScores scores;
  scores.top_k = evaluation.top_k;
  scores.k = evaluation.k;
  metrics::Confusion confusion(classes);
  for (std::size_t i = 0; i < truth.size(); ++i) ++confusion.at(truth[i], predicted[i]);
  scores.f1_weighted = metrics::summarize(confusion).f1_weighted;
  const bool one_of_all = activation != loss::Activation::kOneVsRestSigmoid;
  scores.nll = one_of_all ? metrics::negative_log_likelihood(samples) : NAN;
  scores.brier = one_of_all ? metrics::brier_score(samples) : NAN;
  scores.rankings = metrics::rankings(samples);
  scores.areas = metrics::ranking_metrics(scores.rankings);
  scores.calibration = metrics::calibration(samples, predicted);
  scores.intervals = metrics::bootstrap_samples(classes, truth, predicted);
  scores.top1 = scores.intervals.accuracy.value;
  return scores;
}

std::vector<std::int64_t> support_of(const Collected& collected) {
  std::vector<std::int64_t> support(collected.classes.size(), 0);
  for (const auto label : collected.truth) ++support[static_cast<std::size_t>(label)];
  return support;
}

std::string scores_json(const Collected& collected, const ClassifierScores& scores,
                        const eval::Inference& how) {
  Json json{{"split", collected.split},
            {"samples", collected.size()},
            {"top1", finite_or_null(scores.top1)}};
  if (scores.k > 1) json[cat("top", scores.k)] = finite_or_null(scores.top_k);
  for (const auto& [name, value] :
       {std::pair("f1_macro", scores.intervals.f1_macro.value),
        std::pair("f1_weighted", scores.f1_weighted),
        std::pair("negative_log_likelihood", scores.nll), std::pair("brier", scores.brier),
        std::pair("expected_calibration_error", scores.calibration.expected_error),
        std::pair("maximum_calibration_error", scores.calibration.maximum_error),
        std::pair("roc_auc_macro", scores.areas.roc_auc_macro),
        std::pair("roc_auc_weighted", scores.areas.roc_auc_weighted),
        std::pair("average_precision_macro", scores.areas.average_precision_macro)}) {
    json[name] = finite_or_null(value);
  }
  if (auto ways = eval::inference_json(how); !ways.is_null()) json["inference"] = std::move(ways);
  json["intervals"] = {{"top1", interval_json(scores.intervals.accuracy)},
                       {"f1_macro", interval_json(scores.intervals.f1_macro)}};
  const auto support = support_of(collected);
  for (std::size_t k = 0; k < collected.classes.size(); ++k) {
    const auto& own = scores.intervals.classes[k];
    json["per_class"].push_back(
        {{"name", collected.classes[k]},
         {"precision", finite_or_null(own.precision.value)},
         {"recall", finite_or_null(own.recall.value)},
         {"f1", finite_or_null(own.f1.value)},
         {"intervals",
          {{"precision", interval_json(own.precision)},
           {"recall", interval_json(own.recall)},
           {"f1", interval_json(own.f1)}}},
         {"roc_auc", finite_or_null(scores.areas.roc_auc[k])},
         {"average_precision", finite_or_null(scores.areas.average_precision[k])},
         {"support", support[k]}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string scores_csv(const Collected& collected, const ClassifierScores& scores) {
  std::string csv = "name";
  for (const char* name : {"precision", "recall", "f1"}) {
    csv += cat(",", name, ",", name, "_low,", name, "_high");
  }
  csv += ",roc_auc,average_precision,support\n";
  const auto support = support_of(collected);
  for (std::size_t k = 0; k < collected.classes.size(); ++k) {
    const auto& own = scores.intervals.classes[k];
    csv += cat(csv_field(collected.classes[k]), ",", cells(own.precision), ",", cells(own.recall),
               ",", cells(own.f1), ",", cell(scores.areas.roc_auc[k]), ",",
               cell(scores.areas.average_precision[k]), ",", support[k], "\n");
  }
  return csv;
}

}  // namespace carica::analysis
