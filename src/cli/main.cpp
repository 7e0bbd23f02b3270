#include <c10/util/Exception.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <new>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/setting_hint.h"
#include "core/error.h"
#include "core/file_system.h"
#include "core/heap.h"
#include "core/log.h"
#include "core/signals.h"
#include "core/text.h"
#include "core/version.h"

namespace carica::cli {

namespace {

constexpr Command kCommands[] = {
    {"train", "Train a network from a config, or go on with a run", define_train},
    {"eval", "Evaluate a checkpoint on a split of a data set", define_eval},
    {"analyze", "Look at what a run gets wrong, its features and figures; writes report.html",
     define_analyze},
    {"compare", "Analysed runs side by side", define_compare},
    {"predict", "Predict pictures with a checkpoint", define_predict},
    {"data", "Make, check and look at data sets", define_data},
    {"bench", "Measure what limits training on this machine", define_bench},
    {"export", "Write a network as ONNX, or its weights alone", define_export},
    {"models", "List the networks", define_models},
    {"weights", "Look into files of weights, convert and compare them", define_weights},
    {"config", "Check and print configs, print their schema", define_config},
    {"doctor", "Say what this machine offers and what is wrong with it", define_doctor},
    {"selftest", "Check theory and operators on this machine, against torch and float64",
     define_selftest},
};

std::string joined(int argc, char** argv) {
  std::string line = "carica";
  for (int i = 1; i < argc; ++i) line += cat(" ", argv[i]);
  return line;
}

// "carica data chek: no such command; did you mean check?", or "" where the words are known.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  std::string words = "carica";
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    std::vector<std::string> names;
    const CLI::App* chosen = nullptr;
    for (const auto* known : at->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(known->get_name());
      if (names.back() == argv[i]) chosen = known;
    }
    if (names.empty()) return "";
    words += cat(" ", argv[i]);
    if (chosen == nullptr) {
      const auto meant = nearest(argv[i], names);
      return cat(readable(words), ": no such command; ",
                 meant ? cat("did you mean ", *meant, "?") : cat("must be one of ", join(names)));
    }
    at = chosen;
  }
  return "";
}

int report(const Invocation& invocation, int code, const std::string& message,
           const std::string& hint) {
  log_error(message);
  if (!hint.empty()) std::fprintf(stderr, "hint: %s\n", hint.c_str());
  nlohmann::ordered_json object{{"error", message}, {"exit_code", code}};
  if (!hint.empty()) object["hint"] = hint;
  say_json(invocation, object);
  return code;
}

// `code`, or that of an I/O error where stdout could not be written. A reader that has seen enough,
// such as head, is none.
int with_output_written(int code) {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  // What failed long ago fails again, and says why.
  if (errno == 0 && std::fputc('\n', stdout) != EOF) std::fflush(stdout);
  if (errno == EPIPE) return code;
  const auto error = io_error("stdout", "write", errno == 0 ? EIO : errno);
  log_error(error.what());
  if (!error.hint().empty()) std::fprintf(stderr, "hint: %s\n", error.hint().c_str());
  return code != 0 ? code : carica::exit_code(error.code());
}

}  // namespace

void add_common_flags(CLI::App& app, Invocation& invocation) {
  app.add_flag("--json", invocation.json, "Print one JSON object as the last line of stdout");
  app.add_flag("--quiet", invocation.quiet, "No progress and no log lines below warnings");
}

void say(const Invocation& invocation, const std::string& text) {
  if (!invocation.json) std::fwrite(text.data(), 1, text.size(), stdout);
}

void say_json(const Invocation& invocation, const std::string& object) {
  if (invocation.json) std::printf("%s\n", object.c_str());
}

void say_json(const Invocation& invocation, const nlohmann::ordered_json& object) {
  if (!invocation.json) return;
  say_json(invocation,
           object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

int run(int argc, char** argv) {
  Invocation invocation;
  invocation.command_line = joined(argc, argv);
  CLI::App app("carica: train, evaluate and explain image classifiers and segmentation networks",
               "carica");
  app.set_version_flag("--version", cat("carica ", kVersion));
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 ok, 1 internal or system, 2 usage or config, 3 data, 4 checkpoint or weights, "
      "5 loss not finite, 6 run "
      "directory in use, 7 failed self-test, 8 weights differ, 75 stopped by SIGTERM or SIGHUP "
      "and saved, 130 stopped by SIGINT and saved.");
  for (const auto& command : kCommands)
    command.define(*app.add_subcommand(command.name, command.help), invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    const auto unknown = unknown_command(app, argc, argv);
    const auto setting = setting_hint(app, argc, argv);
    return report(
        invocation, carica::exit_code(ErrorCode::kUsage), unknown.empty() ? error.what() : unknown,
        setting.empty() ? "`carica --help` and `carica COMMAND --help` show what is allowed"
                        : setting);
  }
  if (invocation.quiet) set_log_level(LogLevel::kWarning);
  try {
    return invocation.run();
  } catch (const Error& error) {
    const bool stopped = error.code() == ErrorCode::kInterrupted && StopSignals::exit_code() != 0;
    return report(invocation, stopped ? StopSignals::exit_code() : carica::exit_code(error.code()),
                  error.what(), error.hint());
  } catch (const std::filesystem::filesystem_error& failure) {
    const auto& path = failure.path1();
    const auto error = io_error(path.empty() ? "." : path, "read", failure.code().value());
    return report(invocation, carica::exit_code(error.code()), error.what(), error.hint());
  } catch (const std::bad_alloc&) {
    return report(invocation, 1, "out of memory", "lower loader.batch_size or the picture size");
  } catch (const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    return report(invocation, 1, cat("torch: ", message.substr(0, message.find('\n'))),
                  message.find("out of memory") != std::string::npos
                      ? "lower loader.batch_size or the picture size"
                      : "this is a defect of carica: please report it");
  } catch (const std::exception& error) {
    const std::string message = error.what();
    return report(invocation, 1, message.substr(0, message.find('\n')),
                  "this is a defect of carica: please report it");
  }
}

}  // namespace carica::cli

int main(int argc, char** argv) {
  carica::tune_heap();
  return carica::cli::with_output_written(carica::cli::run(argc, argv));
}
