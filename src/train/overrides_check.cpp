#include "train/overrides_check.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "eval/evaluator.h"

namespace carica::train {

namespace {

constexpr auto kTrainAnew =
    "go on without it, or train anew from the run's weights with model.weights";

// A setting as it was and as it is.
struct Setting {
  const char* key;
  std::string was, is;
};

std::string text(bool value) { return value ? "true" : "false"; }

// What divides an epoch into batches and steps.
std::vector<Setting> cuts(const config::Config& before, const config::Config& now) {
  return {{"loader.batch_size", cat(before.loader.batch_size), cat(now.loader.batch_size)},
          {"loader.drop_last", text(before.loader.drop_last), text(now.loader.drop_last)},
          {"optim.accumulate", cat(before.optim.accumulate), cat(now.optim.accumulate)}};
}

// The state of one optimizer says nothing to another.
void check_state(const config::Config& before, const config::Config& now) {
  const auto refuse = [](const char* key, const std::string& is, const std::string& what) {
    throw Error(ErrorCode::kConfig, cat(key, " = ", is, ": the run's state ", what), kTrainAnew);
  };
  if (now.optim.name != before.optim.name) {
    refuse("optim.name", now.optim.name, cat("is of ", before.optim.name, "; must stay"));
  }
  if (now.optim.name == "sgd" && (now.optim.momentum > 0) != (before.optim.momentum > 0)) {
    refuse("optim.momentum", number(now.optim.momentum),
           before.optim.momentum > 0 ? "has momentum; must be above 0" : "has none; must stay 0");
  }
  if (now.train.ema.decay > 0 && before.train.ema.decay == 0) {
    refuse("train.ema.decay", number(now.train.ema.decay), "has no moving average; must stay 0");
  }
}

// What was trained cannot be taken back.
void check_length(const config::Config& now, const checkpoint::Progress& progress) {
  if (now.train.epochs >= progress.epoch) return;
  throw Error(ErrorCode::kConfig,
              cat("train.epochs = ", now.train.epochs, ": the run has done ", progress.epoch,
                  "; must be at least that many"),
              "go on without it; a shorter run is a new one");
}

// Between epochs these may change; within one, samples would be left out or come twice.
void check_epoch(const config::Config& before, const config::Config& now,
                 const checkpoint::Progress& progress) {
  if (progress.batch == 0) return;
  auto settings = cuts(before, now);
  settings.push_back({"seed", cat(before.seed), cat(now.seed)});
  for (const auto& [key, was, is] : settings) {
    if (was == is) continue;
    throw Error(ErrorCode::kConfig,
                cat(key, " = ", is, ": the run was stopped within epoch ", progress.epoch + 1,
                    "; must stay ", was, " until its end"),
                kTrainAnew);
  }
}

// The columns of results.csv that hold a loss or a metric.
std::vector<std::string> columns_of(const Experiment& experiment) {
  const auto& model = experiment.model;
  std::vector<std::string> names = {"train_loss"};
  if (model.answer() == eval::Answer::kClass) names.emplace_back("train_top1");
  if (experiment.datasets.val->size() == 0) return names;
  for (const auto& [name, value] : eval::empty_metrics(model)) {
    if (name != "samples" && name != "pixels") names.push_back("val_" + name);
  }
  return names;
}

std::vector<std::string> columns_of(const std::string& table) {
  std::vector<std::string> names;
  for (const auto& name : split(table.substr(0, table.find('\n')), ',')) {
    if (name.starts_with("train_") || name.starts_with("val_")) names.push_back(name);
  }
  return names;
}

// Results of a run stand in one table.
void check_columns(const Experiment& experiment, const config::Config& before,
                   const RunDirectory& run, const checkpoint::Progress& progress) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 28;
  const auto file = run.path() / "results.csv";
  if (progress.results_bytes == 0 || !std::filesystem::exists(file)) return;
  const auto there = columns_of(run.fs().read(file, kMaxBytes)), here = columns_of(experiment);
  if (there == here) return;
  const auto top_k = experiment.config.eval.top_k;
  if (top_k != before.eval.top_k) {
    throw Error(ErrorCode::kConfig, cat("eval.top_k = ", top_k, ": the run's results.csv has top ",
                                        before.eval.top_k, "; must stay"));
  }
  const auto only = [](const std::vector<std::string>& in, const std::vector<std::string>& not_in) {
    std::vector<std::string> names;
    std::ranges::copy_if(in, std::back_inserter(names), [&](const std::string& name) {
      return std::ranges::find(not_in, name) == not_in.end();
    });
    return names.empty() ? "none" : join_few(names);
  };
  throw Error(ErrorCode::kConfig,
              cat(file.string(), ": its columns must stay; only it has: ", only(there, here),
                  "; only the run as it is now would have: ", only(here, there)),
              "go on without the override that changes them, such as a split without val");
}

}  // namespace

void check_overrides(const Experiment& experiment, const config::Config& before,
                     const RunDirectory& run, const checkpoint::Progress& progress) {
  check_state(before, experiment.config);
  check_length(experiment.config, progress);
  check_epoch(before, experiment.config, progress);
  check_columns(experiment, before, run, progress);
}

bool cuts_epochs_anew(const Experiment& experiment, const config::Config& before,
                      const checkpoint::Progress& progress) {
  const auto size = static_cast<std::int64_t>(experiment.datasets.train->size());
  if (progress.train_size > 0 && progress.train_size != size) return true;
  return std::ranges::any_of(cuts(before, experiment.config),
                             [](const Setting& setting) { return setting.was != setting.is; });
}

}  // namespace carica::train
