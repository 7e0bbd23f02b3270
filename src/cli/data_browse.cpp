#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/data_commands.h"
#include "config/config.h"
#include "core/error.h"
#include "core/file_system.h"
#include "core/text.h"
#include "data/dataset.h"
#include "data/transforms.h"
#include "report/pictures.h"

namespace carica::cli {

namespace {

struct Options {
  std::string config, split = "train", out = "browse";
  std::vector<std::string> overrides;
  int per_class = 6;
};

// Places of the samples to show: the first `per_class` of each class in a seeded order; for
// segmentation simply the first ones.
std::vector<std::size_t> choose(const data::Dataset& dataset, std::size_t classes,
                                const config::Config& config, int per_class) {
  RandomStream random(config.seed, 0, 0, /*purpose=*/7);
  std::vector<std::size_t> chosen, taken(classes, 0);
  const bool segments = config.task == config::Task::kSegment;
  const std::size_t wanted = static_cast<std::size_t>(per_class) * (segments ? 4 : classes);
  for (const auto i : permutation(static_cast<std::int64_t>(dataset.size()), random)) {
    const auto index = static_cast<std::size_t>(i);
    const auto label = dataset.item(index).label;
    if (!segments &&
        taken[static_cast<std::size_t>(label)]++ >= static_cast<std::size_t>(per_class))
      continue;
    chosen.push_back(index);
    if (chosen.size() == wanted) break;
  }
  std::stable_sort(chosen.begin(), chosen.end(),
                   [&](auto a, auto b) { return dataset.item(a).label < dataset.item(b).label; });
  return chosen;
}

int browse(const Options& options, const Invocation& invocation) {
  const auto config = config::load(options.config, options.overrides);
  const auto datasets = data::open_datasets(config);
  const auto& split = datasets.split(options.split);
  if (split->size() == 0)
    throw Error(ErrorCode::kData, cat(config.data.root, ": has no ", options.split, " split"));
  const bool segments = config.task == config::Task::kSegment;
  const data::Pipeline pipeline(config.transforms.train, config.data.mask.ignore_index);
  const auto colors = report::class_colors(static_cast<int>(datasets.classes.size()));
  const int background = report::background_class(datasets.classes);
  std::vector<report::GridCell> before, after;
  const auto cell_of = [&](const data::Sample& sample, const std::string& title) {
    return report::GridCell{segments
                                ? report::overlay(sample.picture, sample.mask, colors, background)
                                : sample.picture,
                            title};
  };
  for (const auto index : choose(*split, datasets.classes.size(), config, options.per_class)) {
    auto sample = split->load(index);
    const auto& name = split->item(index).name;
    const auto title =
        segments ? name : cat(datasets.classes[static_cast<std::size_t>(sample.label)], "\n", name);
    before.push_back(cell_of(sample, title));
    RandomStream random(config.seed, 0, index);
    pipeline.apply(sample, random);
    after.push_back(cell_of(sample, title));
  }
  FileSystem::real().create_directories(options.out);
  const auto folder = std::filesystem::path(options.out);
  const auto first = folder / (options.split + "_before.png"),
             second = folder / (options.split + "_after.png");
  report::draw_grid(before, options.per_class, 160,
                    cat(config.data.root, ", ", options.split, ", as stored"), first);
  report::draw_grid(after, options.per_class, 160,
                    cat(config.data.root, ", ", options.split, ", as trained on"), second);
  say(invocation, cat(first.string(), "\n", second.string(), "\n"));
  say_json(invocation, nlohmann::ordered_json{{"files", {first.string(), second.string()}}}.dump());
  return 0;
}

}  // namespace

void define_data_browse(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("config", options->config, "YAML file")->required();
  app.add_option("overrides", options->overrides, "key.path=value");
  app.add_option("--split", options->split, "train, val or test")->capture_default_str();
  app.add_option("--per-class", options->per_class, "Pictures of each class")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  app.add_option("--out", options->out, "Folder of the sheets")->capture_default_str();
  add_common_flags(app, invocation);
  app.footer("Example: carica data browse configs/papaya/classify.yaml --out browse");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return browse(*options, invocation); };
  });
}

}  // namespace carica::cli
