// cli: one file per command; main.cpp is the table of commands. May include everything.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace carica::cli {

/// What every command gets: the common flags, and a place for what it does once the line is parsed.
struct Invocation {
  bool json = false;         // one JSON object as the last line of stdout
  bool quiet = false;        // no progress, no log lines below warnings
  std::string command_line;  // as typed
  std::function<int()> run;  // set by the command that was chosen; returns the exit code
};

/// One row of the table in main.cpp.
struct Command {
  const char* name;
  const char* help;
  void (*define)(
      CLI::App& app,
      Invocation& invocation);  // adds options, an example, and the callback that sets run
};

void define_train(CLI::App& app, Invocation& invocation);
void define_eval(CLI::App& app, Invocation& invocation);
void define_analyze(CLI::App& app, Invocation& invocation);
void define_compare(CLI::App& app, Invocation& invocation);
void define_predict(CLI::App& app, Invocation& invocation);
void define_data(CLI::App& app, Invocation& invocation);
void define_bench(CLI::App& app, Invocation& invocation);
void define_export(CLI::App& app, Invocation& invocation);
void define_weights(CLI::App& app, Invocation& invocation);
void define_models(CLI::App& app, Invocation& invocation);
void define_config(CLI::App& app, Invocation& invocation);
void define_doctor(CLI::App& app, Invocation& invocation);
void define_selftest(CLI::App& app, Invocation& invocation);

/// Adds --json and --quiet.
void add_common_flags(CLI::App& app, Invocation& invocation);

/// Prints `text` to stdout unless --json was given.
void say(const Invocation& invocation, const std::string& text);
/// With --json, prints the object, given as text, as one line.
void say_json(const Invocation& invocation, const std::string& object);
/// The same; text that is no UTF-8 (names of files) is marked where it is not.
void say_json(const Invocation& invocation, const nlohmann::ordered_json& object);

}  // namespace carica::cli
