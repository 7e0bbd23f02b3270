#include <nlohmann/json.hpp>

#include "analysis/run_place.h"
#include "cli/command.h"
#include "cli/evaluate_split.h"
#include "cli/finish_run.h"
#include "cli/run_datasets.h"
#include "cli/start_run.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "eval/model.h"
#include "models/registry.h"
#include "train/experiment.h"

namespace carica::cli {

namespace {

struct Options {
  std::string checkpoint, split = "test", data, out;
  bool split_given = false;
  std::vector<std::string> overrides;
};

// runs/<task>/<name>/weights/best.safetensors -> runs/<task>/<name>/eval; elsewhere a folder beside
// the checkpoint.
std::filesystem::path default_folder(const std::filesystem::path& checkpoint) {
  const auto parent = checkpoint.parent_path();
  return parent.filename() == "weights" ? parent.parent_path() / "eval" : parent / "eval";
}

bool is_config(const std::filesystem::path& file) {
  return file.extension() == ".yaml" || file.extension() == ".yml";
}

// A run without training: the weights that the config names, evaluated.
int evaluate_config(const Options& options, const Invocation& invocation) {
  auto overrides = options.overrides;
  if (!options.data.empty()) overrides.push_back("data.root=" + options.data);
  if (options.split_given) overrides.push_back("eval.splits=[" + options.split + "]");
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
  auto& config = loaded.model.config;
  eval::configure_torch(config, loaded.model.runtime);
  log_info(cat("device: ", loaded.model.runtime.describe()));
  const auto datasets =
      open_run_datasets(loaded.model, analysis::find_run(checkpoint).folder, overrides);
  const auto& split = datasets.split(options.split);
  if (split->size() == 0) {
    throw Error(ErrorCode::kData, cat(config.data.root, ": has no ", options.split, " split"),
                "choose another with --split train|val|test");
  }
  const auto folder = options.out.empty() ? default_folder(checkpoint) / options.split
                                          : std::filesystem::path(options.out);
  auto metrics = nlohmann::ordered_json::parse(
      evaluate_split(FileSystem::real(), loaded.model, split, options.split, folder, invocation));
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
  const auto* split =
      app.add_option("--split", options->split, "train, val or test")->capture_default_str();
  app.add_option("--data", options->data,
                 "Root of the data set, when it is not where training found it");
  app.add_option("--out", options->out,
                 "Folder of the result files (default: eval/SPLIT in the run directory)");
  add_common_flags(app, invocation);
  app.footer("Example: carica eval runs/latest --split val");
  app.callback([options, split, &invocation] {
    options->split_given = split->count() > 0;
    invocation.run = [options, &invocation] { return evaluate(*options, invocation); };
  });
}

}  // namespace carica::cli
