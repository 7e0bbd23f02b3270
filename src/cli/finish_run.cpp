#include "cli/finish_run.h"

#include <nlohmann/json.hpp>

#include "cli/evaluate_split.h"
#include "core/log.h"
#include "core/text.h"
#include "eval/model.h"
#include "report/training_figures.h"

namespace carica::cli {

int finish_run(const train::RunDirectory& run, const data::Datasets& datasets,
               const Invocation& invocation) {
  const auto loaded = eval::load_model(run.best(), {});
  const auto& config = loaded.model.config;
  nlohmann::ordered_json summary;
  summary["run"] = run.path().string();
  summary["best"] = run.best().string();
  for (const auto& name : config.eval.splits) {
    const auto& split = datasets.split(name);
    if (split->size() == 0) {
      log_warning(cat("eval.splits: the data set has no ", name, " split; left out"));
      continue;
    }
    const auto folder = run.path() / "eval" / name;
    summary[name] = nlohmann::ordered_json::parse(
        evaluate_split(run.fs(), loaded.model, split, name, folder, invocation));
  }
  if (config.report.figures && std::filesystem::exists(run.path() / "results.csv"))
    report::draw_training_figures(run.fs(), run.path() / "results.csv", run.figures());
  log_info(cat("weights: ", run.best().string(), " (epoch ", loaded.facts.at("epoch"), ", ",
               loaded.facts.at("metric"), " ", fixed(std::stod(loaded.facts.at("value")), 4), ")"));
  say_json(invocation, summary.dump());
  return 0;
}

}  // namespace carica::cli
