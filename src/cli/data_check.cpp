#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/data_commands.h"
#include "config/config.h"
#include "core/error.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/signals.h"
#include "core/text.h"
#include "data/check.h"

namespace carica::cli {

namespace {

struct Options {
  std::string config;
  std::vector<std::string> overrides;
};

std::string counts_text(const std::vector<std::string>& classes, const data::SplitCheck& split,
                        const char* unit) {
  std::string text;
  std::int64_t all = 0;
  for (const auto count : split.counts) all += count;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const double share =
        all > 0 ? static_cast<double>(split.counts[c]) / static_cast<double>(all) : 0;
    text += cat("  ", classes[c], ": ", split.counts[c], " ", unit, " (", fixed(100 * share, 1),
                "%)\n");
  }
  return text;
}

nlohmann::ordered_json split_json(const std::vector<std::string>& classes,
                                  const data::SplitCheck& split) {
  nlohmann::ordered_json json;
  json["samples"] = split.samples;
  for (std::size_t c = 0; c < classes.size(); ++c) json["counts"][classes[c]] = split.counts[c];
  json["problems"] = nlohmann::ordered_json::array();
  for (const auto& problem : split.problems)
    json["problems"].push_back({{"file", problem.file}, {"reason", problem.reason}});
  return json;
}

int check(const Options& options, const Invocation& invocation) {
  const auto config = config::load(options.config, options.overrides);
  const auto datasets = data::open_datasets(config);
  StopSignals signals;
  ProgressLine line(!invocation.quiet);
  const auto splits =
      data::check(config, datasets, std::max(1u, std::thread::hardware_concurrency()),
                  [&](std::size_t done, std::size_t all) {
                    if (StopSignals::requested() != 0)
                      throw Error(ErrorCode::kInterrupted, "data check: stopped by a signal");
                    line.update(cat("checking  ", done, "/", all));
                  });
  clear_progress_line();
  const char* unit = config.task == config::Task::kSegment ? "pixels" : "pictures";
  std::size_t problems = 0;
  nlohmann::ordered_json json;
  for (const auto& split : splits) {
    if (split.samples == 0) continue;
    say(invocation, cat(split.name, ": ", split.samples, " pictures, ", split.smallest.width, "x",
                        split.smallest.height, " to ", split.largest.width, "x",
                        split.largest.height, "\n", counts_text(datasets.classes, split, unit)));
    for (const auto& problem : split.problems)
      say(invocation, cat("  bad: ", problem.reason, "\n"));
    for (std::size_t c = 0; c < datasets.classes.size(); ++c) {
      if (split.counts[c] == 0)
        log_warning(cat(split.name, ": class ", datasets.classes[c], " does not occur"));
    }
    problems += split.problems.size();
    json[split.name] = split_json(datasets.classes, split);
  }
  json["problems"] = problems;
  say_json(invocation, json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  if (problems > 0) {
    throw Error(ErrorCode::kData,
                cat(config.data.root, ": ", problems, problems == 1 ? " bad file" : " bad files"),
                "remove or mend them, or set data.on_bad_image: skip");
  }
  say(invocation, "no bad file\n");
  return 0;
}

}  // namespace

void define_data_check(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("config", options->config, "YAML file")->required();
  app.add_option("overrides", options->overrides, "key.path=value");
  add_common_flags(app, invocation);
  app.footer("Example: carica data check configs/papaya/segment.yaml");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return check(*options, invocation); };
  });
}

}  // namespace carica::cli
