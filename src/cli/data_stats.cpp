#include <algorithm>
#include <cstdio>
#include <thread>

#include "cli/data_commands.h"
#include "cli/stats_report.h"
#include "config/config.h"
#include "core/error.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/signals.h"
#include "core/text.h"
#include "data/checks/finding.h"
#include "loss/class_weights.h"

namespace carica::cli {

namespace {

struct Options {
  std::string config, out;
  std::vector<std::string> overrides;
};

DataStatistics::Sizes sizes_of(const data::SplitSurvey& split) {
  std::vector<double> widths, heights, aspects;
  for (const auto& record : split.records) {
    if (record.bad) continue;
    widths.push_back(record.size.width);
    heights.push_back(record.size.height);
    aspects.push_back(static_cast<double>(record.size.width) / record.size.height);
  }
  return {data::distribution(std::move(widths)), data::distribution(std::move(heights)),
          data::distribution(std::move(aspects))};
}

// By the formula that training uses, and from the counts that stand beside them. None for several
// labels, whose loss has no such weights.
std::vector<DataStatistics::Weights> weights_of(const data::Datasets& datasets,
                                                const data::SplitSurvey& train, bool segments) {
  const auto& counts = train.counts;
  const auto positive = [](std::int64_t count) { return count > 0; };
  if (datasets.several_labels || std::none_of(counts.begin(), counts.end(), positive)) return {};
  loss::LossOptions options;
  options.classes = static_cast<int>(datasets.classes.size());
  options.class_counts.assign(counts.begin(), counts.end());
  if (segments) options.counts_around.assign(train.around.begin(), train.around.end());
  std::vector<DataStatistics::Weights> weights;
  for (const char* kind : {"inverse", "median_frequency"}) {
    config::CrossEntropyLoss config;
    config.class_weights = kind;
    weights.push_back({kind, loss::class_weights(config, options)});
  }
  return weights;
}

// A split without one readable picture: its numbers say nothing. With --json the report is the last
// line, so that the error is told here and not thrown.
int verdict(const DataStatistics& statistics) {
  for (const auto& split : statistics.splits) {
    if (split.problems.size() < split.records.size()) continue;
    std::fflush(stdout);  // the report comes first
    log_error(cat(split.name, ": none of ", split.records.size(),
                  " samples can be read; there must be one"));
    std::fprintf(stderr, "hint: carica data check names each file and what is wrong with it\n");
    return exit_code(ErrorCode::kData);
  }
  return 0;
}

int stats(const Options& options, const Invocation& invocation) {
  auto config = config::load(options.config, options.overrides);
  look_at_files(config);
  const auto datasets = data::open_datasets(config);
  StopSignals signals;
  ProgressLine line(!invocation.quiet);
  auto splits =
      data::survey(config, datasets, std::max(1u, std::thread::hardware_concurrency()),
                   [&](std::size_t done, std::size_t all) {
                     if (StopSignals::requested() != 0) {
                       throw Error(ErrorCode::kInterrupted, "data stats: stopped by a signal");
                     }
                     line.update(cat("counting  ", done, "/", all));
                   });
  clear_progress_line();
  DataStatistics statistics;
  statistics.root = config.data.root;
  statistics.segments = config.task == config::Task::kSegment;
  statistics.several_labels = datasets.several_labels;
  statistics.classes = datasets.classes;
  for (auto& split : splits) {
    for (const auto& problem : split.problems) {
      log_warning(cat(split.name, ": left out: ", data::printable(problem.reason)));
    }
    if (split.records.empty()) continue;
    if (split.name == "train") {
      statistics.weights = weights_of(datasets, split, statistics.segments);
    }
    statistics.sizes.push_back(sizes_of(split));
    statistics.splits.push_back(std::move(split));
  }
  say(invocation, stats_text(statistics));
  auto json = stats_json(statistics);
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  if (!options.out.empty()) {
    const std::filesystem::path folder = options.out;
    FileSystem::real().create_directories(folder);
    write_file(FileSystem::real(), folder / "stats.json", json.dump(2, ' ', false, replace) + "\n");
    const auto figures = draw_stats(statistics, folder, FileSystem::real());
    json["files"] = {(folder / "stats.json").string()};
    for (const auto& file : figures) json["files"].push_back(file.string());
    say(invocation, cat("\nstats.json and ", figures.size(), " figures -> ", options.out, "\n"));
  }
  say_json(invocation, json.dump(-1, ' ', false, replace));
  return verdict(statistics);
}

}  // namespace

void define_data_stats(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("config", options->config, "YAML file")->required();
  app.add_option("overrides", options->overrides, "key.path=value");
  app.add_option("--out", options->out, "Folder for figures (PNG and SVG) and stats.json");
  add_common_flags(app, invocation);
  app.footer(
      "Reads every picture once: counts and class weights, sizes and aspect ratios of each split, "
      "and the\nmean and standard deviation of train's pixels, with the line for transforms.\n"
      "Exit code: 0, or 3 where no sample of a split can be read.\n\n"
      "Example: carica data stats configs/camvid/unet.yaml --out stats");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return stats(*options, invocation); };
  });
}

}  // namespace carica::cli
