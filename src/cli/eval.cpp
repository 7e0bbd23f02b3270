#include <nlohmann/json.hpp>

#include "analysis/comparison.h"
#include "analysis/run_place.h"
#include "cli/command.h"
#include "cli/evaluate_split.h"
#include "cli/finish_run.h"
#include "cli/run_datasets.h"
#include "cli/start_run.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/all_samples.h"
#include "eval/model.h"
#include "models/registry.h"
#include "train/experiment.h"

namespace carica::cli {

namespace {

struct Options {
  std::string checkpoint, split, data, out;
  std::vector<std::string> overrides;
};

// What other data give does not take the place of the run's own results: eval/SPLIT-ROOT, by the
// name of their folder.
std::filesystem::path default_folder(const std::filesystem::path& run,
                                     const eval::LoadedModel& loaded, const std::string& split) {
  const auto name = [](const std::filesystem::path& root) {
    const auto whole = std::filesystem::weakly_canonical(root);
    return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
  };
  const auto root = name(loaded.model.config.data.root);
  return run / "eval" / (root == name(loaded.trained_root) ? split : cat(split, "-", root));
}

// The samples of a split, or of all.
std::shared_ptr<const data::Dataset> samples_of(const data::Datasets& datasets,
                                                const std::string& name) {
  if (name == "all") return data::all_samples(datasets);
  if (name == "train" || name == "val" || name == "test") return datasets.split(name);
  throw Error(ErrorCode::kUsage,
              cat("--split ", name, ": no such split; must be train, val, test or all"));
}

// Before the evaluation, which may take hours.
void require_writable(FileSystem& fs, const std::filesystem::path& folder) {
  const auto probe = folder / ".probe.tmp";
  try {
    fs.create_directories(folder);
    fs.create(probe)->close();
    fs.remove(probe);
  } catch (const Error& error) {
    throw Error(error.code(), error.what(), "choose another folder with --out");
  }
}

bool is_config(const std::filesystem::path& file) {
  return file.extension() == ".yaml" || file.extension() == ".yml";
}

// A run without training: the weights that the config names, evaluated.
int evaluate_config(const Options& options, const Invocation& invocation) {
  auto overrides = options.overrides;
  if (!options.data.empty()) overrides.push_back("data.root=" + options.data);
  if (!options.split.empty()) overrides.push_back("eval.splits=[" + options.split + "]");
  if (!options.out.empty()) {
    throw Error(ErrorCode::kUsage, "eval CONFIG --out: the results stand in the run's folder",
                "run_dir=DIR chooses where runs stand");
  }
  const auto config = config::load(options.checkpoint, overrides);
  models::find_model(config.model.name, config.task);
  if (config.model.weights.empty() && config.model.pretrained.empty()) {
    throw Error(ErrorCode::kConfig,
                cat(options.checkpoint, ": model.weights is not set; evaluation needs weights"),
                "model.weights=FILE, or the checkpoint of a run instead of the config");
  }
  if (config.model.head == "reinit") {
    throw Error(ErrorCode::kConfig,
                cat(options.checkpoint, ": model.head = reinit: a new head has learned nothing"),
                "model.head=load, or carica train");
  }
  const auto runtime = eval::resolve_runtime(config);
  eval::configure_torch(config, runtime);
  auto experiment = train::build_experiment(config, runtime);
  for (const auto& name : config.eval.splits) {
    if (experiment.datasets.split(name)->size() > 0) continue;
    throw Error(ErrorCode::kData, cat(config.data.root, ": has no ", name, " split"),
                "choose another with --split train|val|test");
  }
  const auto run = start_run(options.checkpoint, overrides, experiment, invocation);
  open_log_file(run.path() / "train.log");
  log_info(cat("run: ", run.path().string()));
  log_info(cat("device: ", runtime.describe()));
  checkpoint::save_weights(run.fs(), run.best(), checkpoint::named_state(*experiment.model.network),
                           eval::describe(experiment.model),
                           {{"epoch", "0"}, {"step", "0"}, {"metric", "none"}, {"value", "nan"}});
  return finish_run(run, experiment, invocation);
}

int evaluate(const Options& options, const Invocation& invocation) {
  if (is_config(options.checkpoint)) return evaluate_config(options, invocation);
  const auto checkpoint = analysis::checkpoint_of(options.checkpoint);
  auto overrides = options.overrides;
  if (!options.data.empty()) overrides.push_back("data.root=" + options.data);
  auto loaded = eval::load_model(checkpoint, overrides);
  const auto weights = analysis::checksum_of(checkpoint);
  auto& config = loaded.model.config;
  eval::configure_torch(config, loaded.model.runtime);
  log_info(cat("device: ", loaded.model.runtime.describe()));
  const auto run = analysis::find_run(checkpoint).folder;
  const auto datasets = open_run_datasets(loaded.model, run, overrides);
  const auto name = options.split.empty() ? split_to_judge(datasets) : options.split;
  const auto split = samples_of(datasets, name);
  if (split->size() == 0) {
    throw Error(ErrorCode::kData, cat(config.data.root, ": has no ", name, " split"),
                "choose another with --split train|val|test|all");
  }
  const auto folder =
      options.out.empty() ? default_folder(run, loaded, name) : std::filesystem::path(options.out);
  require_writable(FileSystem::real(), folder);
  const auto below = options.out.empty() ? checkpoint.lexically_relative(run) : checkpoint;
  const eval::Source source{name, below.string(), weights};
  auto metrics = nlohmann::ordered_json::parse(
      evaluate_split(FileSystem::real(), loaded.model, split, source, folder, invocation));
  metrics["folder"] = folder.string();
  say_json(invocation, metrics);
  return 0;
}

}  // namespace

void define_eval(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("checkpoint", options->checkpoint,
                 "Folder of a run, or a checkpoint; or a config with model.weights: a run without "
                 "training")
      ->required();
  app.add_option("overrides", options->overrides,
                 "key.path=value on the config inside the checkpoint, e.g. device=cpu");
  app.add_option("--split", options->split,
                 "train, val, test, or all of the data set (default: test; without one, val)");
  app.add_option("--data", options->data,
                 "Root of the data set, when it is not where training found it; or of another one");
  app.add_option("--out", options->out,
                 "Folder of the result files (default: eval/SPLIT in the run directory, of another "
                 "data set eval/SPLIT-NAME)");
  add_common_flags(app, invocation);
  app.footer(
      "Example: carica eval runs/latest --split val\n"
      "         carica eval runs/latest --data OTHER --split all");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return evaluate(*options, invocation); };
  });
}

}  // namespace carica::cli
