#include <cstdio>
#include <thread>

#include "cli/check_report.h"
#include "cli/data_commands.h"
#include "config/config.h"
#include "core/error.h"
#include "core/file_system.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/signals.h"
#include "core/text.h"

namespace carica::cli {

namespace {

struct Options {
  std::string config, report;
  std::vector<std::string> overrides;
  std::size_t examples = 5;
};

std::string one_line(const nlohmann::ordered_json& json, int indent = -1) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void write_report(const Options& options, const std::vector<std::string>& classes,
                  const data::CheckResult& result, bool segments) {
  if (options.report.empty()) return;
  const std::filesystem::path file = options.report;
  const bool json = lower_case(file.extension().string()) == ".json";
  if (file.has_parent_path()) FileSystem::real().create_directories(file.parent_path());
  constexpr std::size_t kAll = static_cast<std::size_t>(-1);
  write_file(FileSystem::real(), file,
             json ? cat(one_line(check_json(classes, result), 2), "\n")
                  : check_text(classes, result, segments, kAll));
}

// With --json the report is the last line, so that an error is told here and not thrown.
int failed(const std::string& message, const std::string& hint) {
  std::fflush(stdout);  // the report comes first
  log_error(message);
  if (!hint.empty()) std::fprintf(stderr, "hint: %s\n", hint.c_str());
  return exit_code(ErrorCode::kData);
}

int tell_layout(const Options& options, const Invocation& invocation, const Error& error) {
  const auto result = layout_result(error);
  write_report(options, {}, result, false);
  say_json(invocation, one_line(check_json({}, result)));
  return failed(data::printable(error.what()), error.hint());
}

int check_opened(const Options& options, const Invocation& invocation, const config::Config& config,
                 const data::Datasets& datasets) {
  const bool segments = config.task == config::Task::kSegment;
  StopSignals signals;
  ProgressLine line(!invocation.quiet);
  const auto result =
      data::check(config, datasets, std::max(1u, std::thread::hardware_concurrency()),
                  [&](std::size_t done, std::size_t all) {
                    if (StopSignals::requested() != 0) {
                      throw Error(ErrorCode::kInterrupted, "data check: stopped by a signal");
                    }
                    line.update(cat("checking  ", done, "/", all));
                  });
  clear_progress_line();
  write_report(options, datasets.classes, result, segments);
  say(invocation, check_text(datasets.classes, result, segments, options.examples));
  say_json(invocation, one_line(check_json(datasets.classes, result)));
  if (result.concerned(data::Severity::kError) == 0) return 0;
  return failed(cat(config.data.root, ": ", check_verdict(result)),
                "docs/data_check.md explains each finding; training can leave bad pictures out: "
                "data.on_bad_image: skip");
}

int check(const Options& options, const Invocation& invocation) {
  auto config = config::load(options.config, options.overrides);
  look_at_files(config);
  data::Datasets datasets;
  try {
    datasets = data::open_datasets(config);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kData) throw;
    return tell_layout(options, invocation, error);
  }
  return check_opened(options, invocation, config, datasets);
}

}  // namespace

void define_data_check(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("config", options->config, "YAML file")->required();
  app.add_option("overrides", options->overrides, "key.path=value");
  app.add_option("--examples", options->examples, "Files to name of each finding")
      ->capture_default_str();
  app.add_option(
      "--report", options->report,
      "Also write the report, with every file, to this file; as JSON if it ends in .json");
  add_common_flags(app, invocation);
  app.footer(
      "Decodes every picture and mask once, and finds: damaged files, masks with wrong values or "
      "sizes,\nmissing and rare classes, copies and near copies within and between splits, "
      "pictures with two labels,\nunusual sizes, and files that no split uses. "
      "docs/data_check.md explains each finding.\n"
      "Exit code: 0 without errors (warnings are printed), 3 with errors.\n\n"
      "Example: carica data check configs/papaya/segment.yaml\n"
      "         carica data check configs/catdog/resnet18.yaml data.root=pets --report check.json");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return check(*options, invocation); };
  });
}

}  // namespace carica::cli
