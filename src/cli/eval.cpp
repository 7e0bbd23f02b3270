#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/evaluate_split.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "eval/model.h"

namespace carica::cli {

namespace {

struct Options {
  std::string checkpoint, split = "test", data, out;
  std::vector<std::string> overrides;
};

// runs/<task>/<name>/weights/best.safetensors -> runs/<task>/<name>/eval; elsewhere a folder beside
// the checkpoint.
std::filesystem::path default_folder(const std::filesystem::path& checkpoint) {
  const auto parent = checkpoint.parent_path();
  return parent.filename() == "weights" ? parent.parent_path() / "eval" : parent / "eval";
}

int evaluate(const Options& options, const Invocation& invocation) {
  auto overrides = options.overrides;
  if (!options.data.empty()) overrides.push_back("data.root=" + options.data);
  auto loaded = eval::load_model(options.checkpoint, overrides);
  auto& config = loaded.model.config;
  eval::configure_torch(config, loaded.model.runtime);
  log_info(cat("device: ", loaded.model.runtime.describe()));
  auto data_config = config;
  data_config.data.classes =
      loaded.model.classes;  // ids are the network's, whatever folders are there
  const auto datasets = data::open_datasets(data_config);
  const auto& split = datasets.split(options.split);
  if (split->size() == 0) {
    throw Error(ErrorCode::kData, cat(config.data.root, ": has no ", options.split, " split"),
                "choose another with --split train|val|test");
  }
  const auto folder = options.out.empty() ? default_folder(options.checkpoint) / options.split
                                          : std::filesystem::path(options.out);
  auto metrics = nlohmann::ordered_json::parse(
      evaluate_split(FileSystem::real(), loaded.model, split, options.split, folder, invocation));
  metrics["folder"] = folder.string();
  say_json(invocation, metrics.dump());
  return 0;
}

}  // namespace

void define_eval(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("checkpoint", options->checkpoint, "best.safetensors or last.safetensors")
      ->required();
  app.add_option("overrides", options->overrides,
                 "key.path=value on the config inside the checkpoint, e.g. device=cpu");
  app.add_option("--split", options->split, "train, val or test")->capture_default_str();
  app.add_option("--data", options->data,
                 "Root of the data set, when it is not where training found it");
  app.add_option("--out", options->out,
                 "Folder of the result files (default: eval/SPLIT in the run directory)");
  add_common_flags(app, invocation);
  app.footer("Example: carica eval runs/latest/weights/best.safetensors --split val");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return evaluate(*options, invocation); };
  });
}

}  // namespace carica::cli
