#include "config/config.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "cli/config_commands.h"
#include "config/doubts.h"
#include "config/idle_keys.h"
#include "core/log.h"
#include "core/text.h"
#include "data/masks/mask_rules.h"
#include "data/transforms/pipeline.h"
#include "eval/model.h"
#include "loss/loss.h"
#include "models/registry.h"
#include "optim/freeze.h"
#include "optim/optimizer.h"

namespace carica::cli {

namespace {

struct Options {
  std::string file;
  std::vector<std::string> overrides;
};

config::Config checked(const Options& options) {
  auto config = config::load(options.file, options.overrides);
  models::find_model(config.model.name, config.task);
  return config;
}

// Pictures of people's folders differ in size, and those of a batch may not; the other formats are
// of data sets whose pictures have one size.
void warn_of_sizes(const config::Config& config, const data::Pipeline& training) {
  static constexpr std::array kAnySize = {"image_folder", "csv",  "paired_masks", "voc",
                                          "ade20k",       "coco", "oxford_pet"};
  const bool any = std::ranges::find(kAnySize, config.data.format) != kAnySize.end();
  if (!any || training.output_size()) return;
  log_warning(
      "transforms.train: leaves pictures as large as they are; unless all are alike, training must "
      "have Resize: {size: [HEIGHT, WIDTH]}, RandomResizedCrop or RandomCrop");
}

// What only the network knows: keys that have no meaning for it, sizes that it cannot take, names
// of its parameters. Larger pictures than 512 px are not refused by any, and make the heads of some
// very large.
void check_network(const config::Config& config) {
  constexpr int kLargeSide = 512;
  const auto& classes = config.data.classes;
  models::BuildOptions build;
  build.model = config.model;
  build.outputs = std::max(2, static_cast<int>(classes.size()));
  if (!classes.empty() && (config.data.format != "csv" || config.data.labels != "auto")) {
    const bool several = eval::answer_of(config) == eval::Answer::kLabelSet;
    build.outputs = loss::head_spec(config.loss, static_cast<int>(classes.size()), several).outputs;
  }
  const int ignore = config.data.mask.ignore_index;
  const data::Pipeline pipeline(config.transforms.train, ignore);
  const data::Pipeline of_evaluation(config.transforms.eval, ignore);
  warn_of_sizes(config, pipeline);
  if (const auto size = pipeline.output_size()) {
    build.height = std::min(size->height, kLargeSide);
    build.width = std::min(size->width, kLargeSide);
  }
  const auto network = models::build(build, config.task);
  const optim::Freeze freeze(*network, config.train.freeze);
  const auto doubt = optim::doubt_of_heads(freeze, network->heads(), config);
  if (!doubt.empty()) log_warning(doubt);
  optim::parameter_groups(*network, config.optim);
}

// Formats of published data sets have masks of their own.
void check_masks(const config::Config& config) {
  const auto& data = config.data;
  const bool own = data.format == "paired_masks" || data.format == "csv";
  if (config.task != config::Task::kSegment || !own || data.classes.empty()) return;
  if (data.mask.palette.empty()) data::MaskRules(data.mask, data.classes.size());
}

int run_check(const Options& options, const Invocation& invocation) {
  const auto config = checked(options);
  check_network(config);
  check_masks(config);
  const auto idle = config::idle_keys(config);
  for (const auto& line : idle) log_warning(line);
  for (const auto& line : config::doubts(config)) log_warning(line);
  say(invocation, cat(options.file, ": ok\n"));
  say_json(invocation, nlohmann::json{{"file", options.file}, {"ok", true}, {"idle", idle}}.dump());
  return 0;
}

}  // namespace

void define_config(CLI::App& app, Invocation& invocation) {
  app.require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto with_file = [options](CLI::App* command) {
    command->add_option("config", options->file, "YAML file")->required();
    command->add_option("overrides", options->overrides, "key.path=value");
  };

  define_config_new(*app.add_subcommand("new", "Write a first config for a folder of pictures"),
                    invocation);

  auto* check = app.add_subcommand("check", "Say what is wrong with a config");
  with_file(check);
  add_common_flags(*check, invocation);
  check->footer("Example: carica config check configs/papaya/classify.yaml");
  check->callback([options, &invocation] {
    invocation.run = [options, &invocation] { return run_check(*options, invocation); };
  });

  auto* print = app.add_subcommand(
      "print", "Print a config with its bases, overrides and defaults filled in");
  with_file(print);
  print->footer("Example: carica config print configs/papaya/classify.yaml optim.lr=0.01");
  print->callback([options, &invocation] {
    invocation.run = [options, &invocation] {
      say(invocation, config::dump(checked(*options)));
      return 0;
    };
  });

  auto* schema = app.add_subcommand("schema", "Print the JSON Schema of configs, for editors");
  schema->footer("Example: carica config schema > carica.schema.json");
  schema->callback([&invocation] {
    invocation.run = [&invocation] {
      say(invocation, config::json_schema() + "\n");
      return 0;
    };
  });
}

}  // namespace carica::cli
