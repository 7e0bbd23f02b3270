#include "cli/setting_hint.h"

#include <filesystem>

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

// "did you mean --quiet?", or all that the command has.
std::string flag_hint(const CLI::App& command, const std::string& option) {
  std::vector<std::string> flags;
  for (const auto* known : command.get_options()) {
    for (const auto& name : known->get_lnames()) flags.push_back("--" + name);
  }
  const auto meant = nearest(option, flags);
  return meant ? cat("did you mean ", *meant, "?") : cat("its options are ", join(flags));
}

// -a.jpg is read as options; a file is meant where there is one of that name.
bool is_file_with_a_dash(const std::string& argument) {
  std::error_code ignored;
  return argument.size() > 1 && argument[0] == '-' && argument[1] != '-' &&
         std::filesystem::exists(argument, ignored);
}

}  // namespace

std::string setting_hint(const CLI::App& app, int argc, char** argv) {
  const CLI::App* command = innermost(&app);
  const bool by_option = command->get_option_no_throw("--set") != nullptr;
  const bool settings = by_option || command->get_option_no_throw("overrides") != nullptr;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--") break;
    if (is_file_with_a_dash(argument))
      return cat("names with a dash come last, behind --: -- ", argument);
    const auto option = argument.substr(0, argument.find('='));
    if (!option.starts_with("--")) continue;
    if (command->get_option_no_throw(option) != nullptr) continue;
    const auto flag = flag_hint(*command, option);
    if (!settings) return flag;
    const auto word = option.substr(2);
    if (word == "config") return "the file stands alone: carica train CONFIG";
    std::string value = i + 1 < argc && argv[i + 1][0] != '-' ? argv[i + 1] : "VALUE";
    if (option != argument) value = argument.substr(option.size() + 1);
    const std::string how = cat("settings are written as ", by_option ? "--set " : "");
    if (const auto place = place_of(word); !place.empty()) return cat(how, place, "=", value);
    const auto foreign = config::foreign_key(word, "");
    if (foreign.empty()) return flag;
    return cat(how, "train.epochs=3; ", word, ": ", foreign);
  }
  return "";
}

}  // namespace carica::cli
