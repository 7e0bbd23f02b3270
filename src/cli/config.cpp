#include "config/config.h"

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "core/text.h"
#include "loss/loss.h"
#include "models/registry.h"

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

}  // namespace

void define_config(CLI::App& app, Invocation& invocation) {
  app.require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto with_file = [options](CLI::App* command) {
    command->add_option("config", options->file, "YAML file")->required();
    command->add_option("overrides", options->overrides, "key.path=value");
  };

  auto* check = app.add_subcommand("check", "Say what is wrong with a config");
  with_file(check);
  add_common_flags(*check, invocation);
  check->footer("Example: carica config check configs/papaya/classify.yaml");
  check->callback([options, &invocation] {
    invocation.run = [options, &invocation] {
      checked(*options);
      say(invocation, cat(options->file, ": ok\n"));
      say_json(invocation, nlohmann::json{{"file", options->file}, {"ok", true}}.dump());
      return 0;
    };
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
