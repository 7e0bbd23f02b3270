#include "cli/finish_run.h"

#include <nlohmann/json.hpp>

#include "analysis/comparison.h"
#include "analysis/run_report.h"
#include "cli/evaluate_split.h"
#include "cli/run_facts.h"
#include "core/log.h"
#include "core/text.h"
#include "report/tensorboard.h"
#include "report/training_figures.h"

namespace carica::cli {

namespace {

// What TensorBoard shows beside curves: figures, and for its HParams tab the settings that people
// vary and the metrics of the splits.
void write_events(const train::RunDirectory& run, const config::Config& config,
                  const std::vector<std::string>& splits, const nlohmann::ordered_json& summary) {
  report::EventWriter events(run.fs(), run.path());
  std::vector<std::string> tags;
  for (const auto& split : splits) {
    for (const auto& [name, value] : summary[split].items()) {
      if (!value.is_number() || name == "samples" || name == "pixels") continue;
      tags.push_back(cat(split, "/", name));
      events.scalar(tags.back(), value, config.train.epochs);
    }
    const auto figure = run.path() / "eval" / split / "confusion.png";
    if (std::filesystem::exists(figure)) {
      events.picture(cat(split, "/confusion"), run.fs().read(figure, 64 << 20),
                     config.train.epochs);
    }
  }
  events.settings({{"model", config.model.name},
                   {"encoder", config.model.encoder},
                   {"optim", config.optim.name},
                   {"lr", number(config.optim.lr)},
                   {"weight_decay", number(config.optim.weight_decay)},
                   {"schedule", config.schedule.name},
                   {"batch_size", cat(config.loader.batch_size)},
                   {"epochs", cat(config.train.epochs)},
                   {"seed", cat(config.seed)}},
                  tags);
  events.flush();
}

// Those of eval.splits that have samples; if none has, the validation split: a run whose data have
// no test split should not end without results.
std::vector<std::string> splits_to_evaluate(const config::Config& config,
                                            const data::Datasets& datasets) {
  std::vector<std::string> splits;
  for (const auto& name : config.eval.splits) {
    if (datasets.split(name)->size() > 0) {
      splits.push_back(name);
    } else {
      log_warning(cat("eval.splits: the data set has no ", name, " split; left out"));
    }
  }
  if (splits.empty() && !config.eval.splits.empty() && datasets.val->size() > 0) {
    log_warning("eval: val is evaluated instead; it has chosen the best weights, so it flatters");
    splits.push_back("val");
  }
  return splits;
}

}  // namespace

int finish_run(const train::RunDirectory& run, const train::Experiment& experiment,
               const Invocation& invocation) {
  // What the file says of device, splits and figures may be older than what this run was told.
  const auto best = checkpoint::load_weights(run.best());
  const auto& model = experiment.model;
  checkpoint::copy_state(*model.network, best.tensors, run.best().string());
  model.network->eval();
  const auto& config = experiment.config;
  const auto& datasets = experiment.datasets;
  nlohmann::ordered_json summary;
  summary["run"] = run.path().string();
  summary["best"] = run.best().string();
  const auto splits = splits_to_evaluate(config, datasets);
  const auto weights = analysis::checksum_of(run.best());
  for (const auto& name : splits) {
    const auto folder = run.path() / "eval" / name;
    const eval::Source source{name, run.best().lexically_relative(run.path()).string(), weights};
    summary[name] = nlohmann::ordered_json::parse(
        evaluate_split(run.fs(), model, datasets.split(name), source, folder, invocation));
  }
  if (config.report.figures && std::filesystem::exists(run.path() / "results.csv"))
    report::draw_training_figures(run.fs(), run.path() / "results.csv", run.figures());
  if (config.report.tensorboard) write_events(run, config, splits, summary);
  if (config.report.html) {
    analysis::Page page;
    page["task"] = std::string(config::task_name(config.task));
    page["subtitle"] = cat(network_title(config.model), ", ", model.classes.size(), " classes");
    add_settings(model, datasets, page);
    const auto place = analysis::find_run(run.path());
    analysis::fill_from_run(run.fs(), place, splits, page);
    page.write(run.fs(), run.path() / "report.html", place.name());
    summary["report"] = (run.path() / "report.html").string();
  }
  std::string origin;  // none of weights that were not trained here
  if (const auto& metric = best.facts.at("metric"); metric != "none") {
    origin = cat(" (epoch ", best.facts.at("epoch"), ", ", metric, " ",
                 fixed(std::stod(best.facts.at("value")), 4), ")");
  }
  log_info(cat("weights: ", run.best().string(), origin));
  if (summary.contains("report")) {
    log_info(cat("report: ", summary["report"].get<std::string>()));
  }
  say_json(invocation, summary);
  return 0;
}

}  // namespace carica::cli
