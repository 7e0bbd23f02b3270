#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "core/text.h"
#include "models/registry.h"

namespace carica::cli {

namespace {

constexpr int kClasses = 10;

int list(const Invocation& invocation) {
  auto json = nlohmann::ordered_json::array();
  say(invocation, cat("parameters with ", kClasses, " classes, pictures of 224x224\n"));
  for (const auto& info : models::registry()) {
    models::BuildOptions options;
    options.outputs = kClasses;
    options.model.name = info.name;
    const auto parameters = models::parameter_count(*info.build(options));
    const auto task = std::string(config::task_name(info.task));
    std::string line = info.name;
    line.resize(std::max<std::size_t>(line.size() + 1, 12), ' ');
    line += task;
    line.resize(std::max<std::size_t>(line.size() + 1, 22), ' ');
    const std::string count = cat(parameters);
    say(invocation, cat(line, std::string(12 - std::min<std::size_t>(count.size(), 12), ' '), count,
                        "  ", info.help, "\n"));
    json.push_back(
        {{"name", info.name}, {"task", task}, {"parameters", parameters}, {"help", info.help}});
  }
  say_json(invocation, nlohmann::ordered_json{{"models", json}}.dump());
  return 0;
}

}  // namespace

void define_models(CLI::App& app, Invocation& invocation) {
  add_common_flags(app, invocation);
  app.footer("Example: carica models");
  app.callback([&invocation] { invocation.run = [&invocation] { return list(invocation); }; });
}

}  // namespace carica::cli
