#include <memory>

#include "checkpoint/run_state.h"
#include "cli/command.h"
#include "cli/finish_run.h"
#include "cli/run_datasets.h"
#include "cli/start_run.h"
#include "config/doubts.h"
#include "config/idle_keys.h"
#include "core/error.h"
#include "core/log.h"
#include "core/signals.h"
#include "core/text.h"
#include "data/splits/kept_division.h"
#include "models/registry.h"
#include "train/experiment.h"
#include "train/run_directory.h"
#include "train/trainer.h"

namespace carica::cli {

namespace {

constexpr std::uint64_t kMaxSplitBytes = std::uint64_t{1} << 32;

struct Options {
  std::string config;
  std::string resume;
  std::vector<std::string> overrides;
};

// What a run goes on with.
struct Continuation {
  std::unique_ptr<checkpoint::RunState> state;  // null: it was stopped before its first save
  std::vector<std::string> overrides;
  std::string division;  // what split.csv must say from now on; empty: what it says
};

// The run's files say what it is trained with from now on.
void note_changes(const Continuation& from, const train::Experiment& experiment,
                  const train::RunDirectory& run) {
  constexpr std::uint64_t kMaxConfigBytes = 1 << 20;
  if (!from.overrides.empty()) {
    const auto written = run.path() / "config.yaml";
    if (std::filesystem::exists(written)) {
      run.write("config.yaml", cat(run.fs().read(written, kMaxConfigBytes),
                                   "\n# overrides when it was gone on with:\n# ",
                                   join(from.overrides, "\n# "), "\n"));
    }
    run.write("config.resolved.yaml", config::dump(experiment.config));
  }
  if (!from.division.empty()) run.write("split.csv", from.division);
}

// from: null for a run that starts.
int train_run(train::Experiment& experiment, train::RunDirectory& run, const Continuation* from,
              const Invocation& invocation) {
  const auto* state = from ? from->state.get() : nullptr;
  open_log_file(run.path() / "train.log");
  log_info(cat("run: ", run.path().string()));
  log_info(cat("device: ", experiment.model.runtime.describe()));
  const auto& data = experiment.datasets;
  log_info(cat("data: ", data.classes.size(), " classes; train ", data.train->size(), ", val ",
               data.val->size(), ", test ", data.test->size()));
  if (state == nullptr) {
    for (const auto& line : config::idle_keys(experiment.config)) log_warning(line);
    for (const auto& line : config::doubts(experiment.config)) log_warning(line);
  }
  if (data.val->size() == 0) {
    log_warning(
        "no validation split: train.monitor is not used; the training loss chooses the best "
        "weights and the early stop");
  }
  log_info(cat("model: ", experiment.config.model.name, ", ",
               models::parameter_count(*experiment.model.network), " parameters, pictures ",
               experiment.model.size.height, "x", experiment.model.size.width));
  const StopSignals signals;
  const auto say_stopped = [&] {
    log_warning(
        cat("stopped by a signal; saved. Go on with: carica train --resume ", run.path().string()));
    return StopSignals::exit_code();
  };
  train::StopReason reason;
  {
    train::Trainer trainer(experiment, run, !invocation.quiet);
    if (state != nullptr) {
      trainer.resume(*state);
      log_info(cat("resume: epoch ", state->progress.epoch + 1, ", batch ", state->progress.batch,
                   ", step ", state->progress.step));
    }
    if (from && !(from->overrides.empty() && from->division.empty())) {
      // Now that they fit the state. First the state, which the next resume believes.
      if (state != nullptr) trainer.save();
      note_changes(*from, experiment, run);
    }
    reason = trainer.run([] { return StopSignals::requested() != 0; });
  }
  if (reason == train::StopReason::kInterrupted) return say_stopped();
  if (reason == train::StopReason::kEarlyStop) {
    const int patience = experiment.config.train.early_stop.patience;
    log_info(
        cat("early stop: no better value for ", patience, " validation", patience == 1 ? "" : "s"));
  }
  try {
    return finish_run(run, experiment, invocation);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kInterrupted) throw;
    return say_stopped();
  }
}

int start(const Options& options, const Invocation& invocation) {
  const auto config = config::load(options.config, options.overrides);
  models::find_model(config.model.name, config.task);
  if (!config.model.outputs.empty()) {
    throw Error(ErrorCode::kConfig,
                "model.outputs: weights of other classes than the data's can be evaluated only",
                "carica eval " + options.config);
  }
  const auto runtime = eval::resolve_runtime(config);
  eval::configure_torch(config, runtime);
  // Everything that can be wrong is found before a run directory is made.
  auto experiment = train::build_experiment(config, runtime);
  train::make_schedule(experiment);
  train::check_batches(experiment);
  auto run = start_run(options.config, options.overrides, experiment, invocation);
  try {
    return train_run(experiment, run, nullptr, invocation);
  } catch (...) {
    if (!std::filesystem::exists(run.weights() / "last.safetensors")) run.give_latest_back();
    throw;
  }
}

// The data of a run that goes on. Where files came or went, samples stay in the splits that they
// were in.
data::Datasets open_datasets_of(const train::RunDirectory& run, const config::Config& config,
                                Continuation& from) {
  require_data(config.data, "data.root=FOLDER");
  auto datasets = data::open_datasets(config);
  const auto table = run.path() / "split.csv";
  if (!std::filesystem::exists(table)) return datasets;
  const auto before = run.fs().read(table, kMaxSplitBytes);
  const bool other_data = name_other_data(from.overrides);
  if (other_data) {
    from.division = data::split_csv(datasets);
  } else {
    auto kept = data::keep_division(datasets, before, table.string(), config.data.split.group_by);
    datasets = std::move(kept.datasets);
    from.division = data::split_csv(datasets) + kept.rows_of_gone;
  }
  if (from.division == before) {
    from.division.clear();
    return datasets;
  }
  if (other_data && from.state && from.state->progress.batch > 0) {
    throw Error(ErrorCode::kConfig,
                cat(config.data.root,
                    ": other samples or splits than in the run's split.csv; the "
                    "run was stopped within epoch ",
                    from.state->progress.epoch + 1, ", they must stay until its end"),
                "go on without the overrides of data.*");
  }
  log_warning(cat(config.data.root,
                  ": the samples differ from the run's split.csv; it goes on, but not to the same "
                  "bits"));
  return datasets;
}

// Where a run stands was settled when it began.
void require_same_place(const config::Config& before, const config::Config& now) {
  const auto require = [](const char* key, const std::string& was, const std::string& is) {
    if (was == is) return;
    throw Error(ErrorCode::kConfig, cat(key, " = ", is, ": the run has ", was, "; must stay"),
                "go on without it; the folder of a run that has ended can be moved by hand");
  };
  require("name", before.name, now.name);
  require("run_dir", before.run_dir, now.run_dir);
}

// A monitor of its own goes with a mode of its own, where none is given.
config::Config config_of(const std::string& yaml, const std::vector<std::string>& overrides) {
  constexpr auto kName = "config of the run";
  auto config = config::parse(yaml, kName, overrides);
  const auto before = config::parse(yaml, kName);
  require_same_place(before, config);
  if (config.train.monitor == before.train.monitor) return config;
  auto with_mode = overrides;
  with_mode.insert(with_mode.begin(), "train.mode=auto");
  return config::parse(yaml, kName, with_mode);
}

int resume(const Options& options, const Invocation& invocation) {
  auto& fs = FileSystem::real();
  auto run = train::RunDirectory::open(fs, options.resume);
  const auto last = run.weights() / "last.safetensors";
  const auto previous = run.weights() / "last.prev.safetensors";
  Continuation from{.state = nullptr, .overrides = options.overrides, .division = ""};
  auto& state = from.state;
  std::string fallback;
  if (std::filesystem::exists(last) || std::filesystem::exists(previous)) {
    state = std::make_unique<checkpoint::RunState>(checkpoint::load_last(run.weights(), fallback));
    if (!fallback.empty()) log_warning(fallback);
  } else {
    log_warning(
        cat(run.path().string(), ": no checkpoint was saved yet; starting at the first step"));
  }
  const auto yaml = state ? state->description.config_yaml
                          : fs.read(run.path() / "config.resolved.yaml", 256 << 10);
  const auto config = config_of(yaml, options.overrides);
  const auto runtime = eval::resolve_runtime(config);
  eval::configure_torch(config, runtime);
  auto experiment = train::build_experiment(config, runtime, open_datasets_of(run, config, from),
                                            /*starts=*/state == nullptr);
  if (state && experiment.model.classes != state->description.classes) {
    throw Error(ErrorCode::kData,
                cat(config.data.root, ": its classes are ", join(experiment.model.classes),
                    "; the run was trained on ", join(state->description.classes)),
                "bring the data back as it was");
  }
  return train_run(experiment, run, &from, invocation);
}

}  // namespace

void define_train(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("config", options->config, "YAML file");
  app.add_option("overrides", options->overrides,
                 "key.path=value, e.g. optim.lr=0.01 train.epochs=20; with --resume, too");
  app.add_option("--resume", options->resume,
                 "Go on with a run that was stopped: its folder, e.g. runs/latest");
  add_common_flags(app, invocation);
  app.footer(
      "With --resume, device, train.epochs, loader.workers and eval.* may change; "
      "loader.batch_size,\n"
      "loader.drop_last, optim.accumulate, seed and data.* that name other samples between epochs\n"
      "only; optim.name, eval.top_k, name and run_dir never.\n\n"
      "Example: carica train configs/papaya/classify.yaml train.epochs=5 name=first-try\n"
      "         carica train --resume runs/latest train.epochs=30");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] {
      if (options->resume.empty() == options->config.empty() && options->resume.empty()) {
        throw Error(ErrorCode::kUsage,
                    "train: no config was given; needs CONFIG or --resume RUN_DIR",
                    "carica train configs/papaya/classify.yaml");
      }
      if (options->resume.empty()) return start(*options, invocation);
      // With --resume the first word is an override, not a config.
      if (options->config.ends_with(".yaml") || options->config.ends_with(".yml")) {
        throw Error(ErrorCode::kUsage,
                    cat("train --resume: ", options->config,
                        ": a run has its own config; must be "
                        "key.path=value"),
                    cat("carica train --resume ", options->resume,
                        " [KEY=VALUE ...], or without --resume for a new run"));
      }
      if (!options->config.empty())
        options->overrides.insert(options->overrides.begin(), options->config);
      return resume(*options, invocation);
    };
  });
}

}  // namespace carica::cli
