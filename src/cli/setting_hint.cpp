#include "cli/setting_hint.h"

#include "config/foreign_names.h"
#include "config/key_index.h"
#include "core/text.h"

namespace carica::cli {

namespace {

// --batch-size -> loader.batch_size; the first key of that name.
std::string place_of(const std::string& word) {
  for (const auto& [section, key] : config::known_keys()) {
    if (config::bare_word(key) != config::bare_word(word)) continue;
    return section.empty() ? key : cat(section, ".", key);
  }
  return "";
}

const CLI::App* innermost(const CLI::App* app) {
  for (auto inner = app->get_subcommands(); !inner.empty(); inner = app->get_subcommands()) {
    app = inner.front();
  }
  return app;
}

}  // namespace

std::string setting_hint(const CLI::App& app, int argc, char** argv) {
  const CLI::App* command = innermost(&app);
  const bool by_option = command->get_option_no_throw("--set") != nullptr;
  if (!by_option && command->get_option_no_throw("overrides") == nullptr) return "";
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const auto option = argument.substr(0, argument.find('='));
    if (!option.starts_with("--") || option.size() == 2) continue;
    if (command->get_option_no_throw(option) != nullptr) continue;
    const auto word = option.substr(2);
    if (word == "config") return "the file stands alone: carica train CONFIG";
    std::string value = i + 1 < argc && argv[i + 1][0] != '-' ? argv[i + 1] : "VALUE";
    if (option != argument) value = argument.substr(option.size() + 1);
    const std::string how = cat("settings are written as ", by_option ? "--set " : "");
    if (const auto place = place_of(word); !place.empty()) return cat(how, place, "=", value);
    const auto foreign = config::foreign_key(word, "");
    return cat(how, "train.epochs=3", foreign.empty() ? "" : cat("; ", word, ": ", foreign));
  }
  return "";
}

}  // namespace carica::cli
