#include <nlohmann/json.hpp>

#include "cli/data_commands.h"
#include "cli/shown_classes.h"
#include "config/config.h"
#include "core/atomic_file.h"
#include "core/log.h"
#include "core/text.h"
#include "data/dataset.h"
#include "data/splits/leaks.h"

namespace carica::cli {

namespace {

struct Options {
  std::string config, out;
  std::vector<std::string> overrides;
};

// Samples of each class.
std::vector<std::int64_t> class_counts(const data::Dataset& dataset, std::size_t classes) {
  std::vector<std::int64_t> counts(classes);
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    for (const auto label : data::labels_of(dataset.item(i))) {
      ++counts[static_cast<std::size_t>(label)];
    }
  }
  return counts;
}

void warn_of_missing(const std::string& split, const std::vector<std::string>& classes) {
  if (classes.empty()) return;
  log_warning(classes.size() == 1
                  ? cat(split, ": class ", classes.front(), " does not occur")
                  : cat(split, ": ", classes.size(), " classes do not occur: ", join_few(classes)));
}

void warn_of_leaks(const std::vector<data::GroupLeak>& leaks) {
  constexpr std::size_t kShown = 5;
  for (std::size_t i = 0; i < std::min(kShown, leaks.size()); ++i) {
    const auto& [train, val, test] = leaks[i].samples;
    log_warning(cat("group ", readable(leaks[i].group), " is in several splits: ", train,
                    " samples in train, ", val, " in val, ", test, " in test"));
  }
  if (leaks.size() > kShown) log_warning(cat(leaks.size() - kShown, " more groups are as well"));
}

int split(const Options& options, const Invocation& invocation) {
  const auto config = config::load(options.config, options.overrides);
  const auto datasets = data::open_datasets(config);
  const auto leaks = data::leaked_groups(datasets, config.data.split.group_by);
  const bool segments = config.task == config::Task::kSegment;
  nlohmann::ordered_json json;
  for (const char* name : {"train", "val", "test"}) {
    const auto& dataset = *datasets.split(name);
    const auto counts =
        segments ? std::vector<std::int64_t>{} : class_counts(dataset, datasets.classes.size());
    say(invocation, cat(name, ": ", dataset.size(), " samples\n"));
    json["splits"][name]["samples"] = dataset.size();
    for (const auto c : shown_classes(counts)) {
      say(invocation, cat("  ", readable(datasets.classes[c]), ": ", counts[c], "\n"));
    }
    say(invocation, left_out_note(counts.size()));
    std::vector<std::string> missing;
    for (std::size_t c = 0; c < counts.size(); ++c) {
      json["splits"][name]["counts"][datasets.classes[c]] = counts[c];
      if (dataset.size() > 0 && counts[c] == 0) missing.push_back(datasets.classes[c]);
    }
    warn_of_missing(name, missing);
  }
  json["leaks"] = nlohmann::ordered_json::array();
  for (const auto& leak : leaks) {
    const auto& [train, val, test] = leak.samples;
    json["leaks"].push_back(
        {{"group", leak.group}, {"train", train}, {"val", val}, {"test", test}});
  }
  warn_of_leaks(leaks);
  if (!options.out.empty()) {
    write_atomically(FileSystem::real(), options.out, data::split_csv(datasets));
    say(invocation, cat("written: ", options.out, "\n"));
    json["out"] = options.out;
  }
  say_json(invocation, json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return 0;
}

}  // namespace

void define_data_split(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("config", options->config, "YAML file")->required();
  app.add_option("overrides", options->overrides, "key.path=value");
  app.add_option("--out", options->out, "CSV to write, for data.split.file");
  add_common_flags(app, invocation);
  app.footer("Example: carica data split configs/papaya/classify.yaml --out split.csv");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return split(*options, invocation); };
  });
}

}  // namespace carica::cli
