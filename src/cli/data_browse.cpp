#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/browse_sheets.h"
#include "cli/data_commands.h"
#include "config/config.h"
#include "core/error.h"
#include "core/file_system.h"
#include "core/log.h"
#include "core/random.h"
#include "core/signals.h"
#include "core/text.h"
#include "data/dataset.h"

namespace carica::cli {

namespace {

struct Options {
  std::string config, split = "train", out = "browse", only;
  std::vector<std::string> overrides;
  std::size_t per_class = 6;
  std::optional<std::uint64_t> seed;
};

constexpr std::size_t kMostClasses = 20;  // with sheets of their own, when no class is named

// What is asked for, and where it comes from.
struct Request {
  const config::Config& config;
  const data::Datasets& datasets;
  const data::Dataset& split;
  std::vector<std::size_t> order;  // of the split's items, by the seed
  std::string about;
  std::filesystem::path stem;
};

void stop_if_asked() {
  if (StopSignals::requested() == 0) return;
  throw Error(ErrorCode::kInterrupted, "data browse: stopped by a signal");
}

std::vector<std::size_t> seeded_order(std::size_t size, std::uint64_t seed) {
  RandomStream random(seed, 0, 0, /*purpose=*/7);
  std::vector<std::size_t> order;
  for (const auto i : permutation(static_cast<std::int64_t>(size), random)) {
    order.push_back(static_cast<std::size_t>(i));
  }
  return order;
}

std::optional<std::size_t> class_index(const std::vector<std::string>& classes,
                                       const std::string& name) {
  if (name.empty()) return std::nullopt;
  const auto place = std::find(classes.begin(), classes.end(), name);
  if (place != classes.end()) return static_cast<std::size_t>(place - classes.begin());
  const auto close = nearest(name, classes);
  throw Error(ErrorCode::kUsage,
              cat("--class ", name, ": no such class; must be one of ",
                  classes.size() <= 40 ? join(classes) : cat("the ", classes.size(), " classes")),
              close ? cat("did you mean ", *close, "?") : "");
}

// Letters, digits, '-' and '_' of a class name; what else it has becomes '_'.
std::string file_name(std::string name) {
  for (char& c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_';
    if (!plain) c = '_';
  }
  return name.substr(0, 60);
}

// The first `count` readable samples of the order for which `fits`.
template <typename Fits>
void add_first(const Request& request, BrowseSheets& sheets, std::size_t count, const Fits& fits) {
  const std::size_t until = sheets.size() + count;
  for (const auto i : request.order) {
    if (sheets.size() == until) return;
    stop_if_asked();
    if (fits(i)) sheets.add(i);
  }
}

bool holds(const data::Dataset& split, std::size_t index, std::size_t value) {
  try {
    const auto mask = split.load_mask(index);
    return std::find(mask.values.begin(), mask.values.end(), value) != mask.values.end();
  } catch (const Error& error) {
    log_warning(cat("left out: ", error.what()));
    return false;
  }
}

std::vector<std::string> browse_masks(const Request& request, BrowseSheets& sheets,
                                      std::optional<std::size_t> only, std::size_t count) {
  std::vector<std::string> files;
  add_first(request, sheets, count,
            [&](std::size_t i) { return !only || holds(request.split, i, *only); });
  sheets.draw(request.about, request.stem, files);
  return files;
}

// All classes on one pair of sheets where they fit, else a pair for each.
std::vector<std::string> browse_labels(const Request& request, BrowseSheets& sheets,
                                       std::optional<std::size_t> only, std::size_t count) {
  const auto& classes = request.datasets.classes;
  std::vector<std::string> files;
  const bool together = only || classes.size() * count <= BrowseSheets::kMostRows;
  std::size_t shown = 0;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (only && c != *only) continue;
    if (!together && shown++ == kMostClasses) {
      log_warning(cat("the first ", kMostClasses, " of ", classes.size(),
                      " classes are drawn; --class NAME draws another"));
      break;
    }
    add_first(request, sheets, count, [&](std::size_t i) {
      const auto labels = data::labels_of(request.split.item(i));
      return std::ranges::find(labels, static_cast<std::int64_t>(c)) != labels.end();
    });
    if (together) continue;
    auto stem = request.stem;
    stem += cat("_", c, "_", file_name(classes[c]));
    sheets.draw(cat(request.about, ", ", classes[c]), stem, files);
  }
  if (together) sheets.draw(request.about, request.stem, files);
  return files;
}

int browse(const Options& options, const Invocation& invocation) {
  auto config = config::load(options.config, options.overrides);
  config.data.cache = "none";  // each file is looked at once
  const auto datasets = data::open_datasets(config);
  const auto& split = *datasets.split(options.split);
  if (split.size() == 0) {
    throw Error(ErrorCode::kData, cat(config.data.root, ": has no ", options.split, " split"));
  }
  const auto only = class_index(datasets.classes, options.only);
  const auto seed = options.seed.value_or(config.seed);
  const std::string what = only ? ", " + options.only : "";
  const std::string name = only ? cat("_", *only, "_", file_name(options.only)) : "";
  const Request request{config,
                        datasets,
                        split,
                        seeded_order(split.size(), seed),
                        cat(config.data.root, ", ", options.split, what),
                        std::filesystem::path(options.out) / (options.split + name)};
  StopSignals signals;
  FileSystem::real().create_directories(options.out);
  BrowseSheets sheets(config, datasets, options.split, seed);
  const bool segments = config.task == config::Task::kSegment;
  const auto files = segments ? browse_masks(request, sheets, only, options.per_class)
                              : browse_labels(request, sheets, only, options.per_class);
  if (files.empty()) {
    throw Error(ErrorCode::kData,
                cat(config.data.root, ", ", options.split, what, ": no picture that can be shown"),
                "carica data check says what is wrong");
  }
  say(invocation, cat(join(files, "\n"), "\n"));
  say_json(invocation, nlohmann::ordered_json{{"files", files}});
  return 0;
}

}  // namespace

void define_data_browse(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("config", options->config, "YAML file")->required();
  app.add_option("overrides", options->overrides, "key.path=value");
  app.add_option("--split", options->split, "train, val or test")->capture_default_str();
  app.add_option("--class", options->only, "This class alone; of masks, those that hold it");
  app.add_option("--per-class", options->per_class,
                 "Pictures of each class; of a segmentation set, pictures")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  app.add_option("--seed", options->seed,
                 "Chooses the pictures and their variants; default: the config's, whose variants "
                 "are those of the first epochs");
  app.add_option("--out", options->out, "Folder of the sheets")->capture_default_str();
  add_common_flags(app, invocation);
  app.footer(
      "Writes SPLIT_before.png, the pictures as stored, and SPLIT_after.png, each beside four "
      "variants as\ntraining sees them; a pair for each class where there are many. Masks are "
      "drawn "
      "over the pictures.\n\n"
      "Example: carica data browse configs/papaya/classify.yaml --out browse\n"
      "         carica data browse configs/camvid/unet.yaml --class bicyclist --per-class 12");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return browse(*options, invocation); };
  });
}

}  // namespace carica::cli
