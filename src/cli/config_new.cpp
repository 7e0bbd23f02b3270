// carica config new: a first config for a folder of pictures.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/config_commands.h"
#include "cli/starting_config.h"
#include "config/config.h"
#include "config/palette.h"
#include "core/atomic_file.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/dataset.h"
#include "data/images/image_io.h"
#include "data/recognition/mask_contents.h"
#include "data/recognition/name_files.h"
#include "data/recognition/recognize.h"
#include "data/splits/split.h"
#include "data/splits/split_file.h"

namespace carica::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
  std::string folder, out, task, name;
};

std::optional<config::Task> asked_task(const Options& options) {
  if (options.task.empty()) return std::nullopt;
  return options.task == "segment" ? config::Task::kSegment : config::Task::kClassify;
}

// "photos" of "my/photos/" and of "."
std::string folder_name(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder).lexically_normal();
  const std::string name = (whole.has_filename() ? whole : whole.parent_path()).filename().string();
  return name.empty() ? "pictures" : name;
}

void require_free(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(file, ignored))) return;
  throw Error(ErrorCode::kUsage, cat(file.string(), ": is there already, and stays as it is"),
              "name another file: --out FILE");
}

// Configs are text.
void require_text(const std::string& name) {
  if (is_utf8(name)) return;
  throw Error(ErrorCode::kUsage, cat(readable(name), ": is no UTF-8, which configs are"),
              "rename it, or give a link to it another name");
}

std::vector<std::string> mask_files(const data::Datasets& datasets) {
  std::vector<std::string> files;
  for (const auto& split : {datasets.train, datasets.val, datasets.test}) {
    for (std::size_t i = 0; i < split->size(); ++i) files.push_back(split->item(i).mask);
  }
  std::ranges::sort(files);
  return files;
}

// A data set, opened, and the texts of files that have to be written for it: palette, split table.
struct Opened {
  data::Datasets datasets;
  std::string palette = {}, split = {};
  std::size_t train = 0, val = 0, test = 0;  // samples

  void count() {
    train = datasets.train->size();
    val = datasets.val->size();
    test = datasets.test->size();
  }
};

// Masks of people's own: what they hold becomes data.mask and data.classes.
Opened open_masks(config::Config& config, const fs::path& palette) {
  config::Config looking = config;
  looking.data.classes = {"background", "object"};  // of masks that nobody reads here
  looking.data.mask.encoding = "binary";
  Opened opened{data::open_datasets(looking)};
  const auto contents = data::look_at_masks(mask_files(opened.datasets));
  const auto names = data::listed_class_names(config.data.root);
  if (contents.colors.empty()) {
    data::describe_numbers(contents, names, config.data);
    opened.datasets = data::open_datasets(config);
    return opened;
  }
  require_free(palette);
  config.data.mask.encoding = "rgb";
  config.data.mask.palette = palette.string();
  const auto exported = data::names_of_colors(config.data.root, contents.colors);
  opened.palette = data::palette_text(contents.colors, exported.empty() ? names : exported);
  opened.datasets.classes = config::parse_palette(opened.palette, palette.string()).names();
  return opened;
}

Opened open(config::Config& config, const fs::path& palette) {
  const auto& data = config.data;
  const bool own_masks = config.task == config::Task::kSegment && data.mask.palette.empty() &&
                         (data.format == "paired_masks" || data.format == "csv");
  return own_masks ? open_masks(config, palette) : Opened{data::open_datasets(config)};
}

// A data set with a training split, but none for validation: a part of the one becomes the other.
// One that is too small for that stays as it is.
void divide_training(Opened& opened) {
  const config::SplitConfig shares{.train = 0.85, .val = 0.15, .test = 0};
  const auto& datasets = opened.datasets;
  std::vector<data::Item> items;
  for (std::size_t i = 0; i < datasets.train->size(); ++i) items.push_back(datasets.train->item(i));
  data::Division division;
  try {
    division = data::divide(items, shares);
  } catch (const Error&) {
    return;
  }
  opened.split = data::split_table_head();
  const auto add = [&](const data::Item& item, const char* split) {
    opened.split += data::split_table_row(item, datasets.classes, split);
  };
  for (const auto place : division.train) add(items[place], "train");
  for (const auto place : division.val) add(items[place], "val");
  for (std::size_t i = 0; i < datasets.test->size(); ++i) add(datasets.test->item(i), "test");
  opened.train = division.train.size();
  opened.val = division.val.size();
}

// Medians of at most 200 pictures' sizes; those that cannot be read are `data check`'s matter.
void measure(const data::Dataset& dataset, bool stored_in_files, StartingPoint& point) {
  constexpr std::size_t kMost = 200;
  std::vector<int> heights, widths;
  const std::size_t looks = std::min(kMost, dataset.size());
  for (std::size_t i = 0; i < looks; ++i) {
    const std::size_t place = i * dataset.size() / looks;
    try {
      const auto& path = dataset.item(place).path;
      const auto size = stored_in_files ? data::image_size(data::read_bytes(path), path)
                                        : dataset.load(place).picture.size;
      heights.push_back(size.height);
      widths.push_back(size.width);
    } catch (const Error&) {
      continue;
    }
  }
  if (heights.empty()) {
    throw Error(ErrorCode::kData, cat(point.data.root, ": none of its pictures can be read"),
                "JPEG, PNG, WebP and BMP are read; docs/data.md");
  }
  const auto range = [](std::vector<int>& sides) {
    std::ranges::sort(sides);
    return sides.front() == sides.back();
  };
  point.equal_sizes = range(heights);
  point.equal_sizes = range(widths) && point.equal_sizes;
  point.size = {heights[heights.size() / 2], widths[widths.size() / 2]};
}

// "700 + 100 + 200 pictures of 2 classes (cat, dog), 374x500."
std::string about(const Opened& opened, const StartingPoint& point) {
  constexpr std::size_t kNamed = 8;
  const auto& classes = opened.datasets.classes;
  return cat(opened.train, " pictures for training, ", opened.val, " for validation, ", opened.test,
             " for the test; ", classes.size(), " classes (", join_few(classes, kNamed), "); ",
             point.equal_sizes ? "" : "about ", point.size.width, "x", point.size.height);
}

void write(const fs::path& file, const std::string& text) {
  if (file.has_parent_path()) FileSystem::real().create_directories(file.parent_path());
  write_atomically(FileSystem::real(), file, text);
}

void tell(const Invocation& invocation, const StartingPoint& point, const Opened& opened,
          const std::string& palette) {
  if (opened.val == 0) {
    log_warning(cat(point.data.root,
                    ": has no pictures for validation: training keeps the last "
                    "epoch's weights, not the best; `carica data split` and data.split.file divide "
                    "anew"));
  }
  const std::string written = opened.palette.empty() ? "" : palette;
  const std::string& split = point.data.split.file;
  say(invocation,
      cat(point.data.format, ": ", readable(point.about, 1000), "\nwritten: ", point.file,
          written.empty() ? "" : ", ", written, split.empty() ? "" : ", ", split,
          "\nnext: carica data check ", point.file, "; carica train ", point.file, "\n"));
  say_json(invocation, nlohmann::ordered_json{{"file", point.file},
                                              {"palette", written},
                                              {"split", split},
                                              {"format", point.data.format},
                                              {"task", std::string(config::task_name(point.task))},
                                              {"classes", opened.datasets.classes},
                                              {"train", opened.train},
                                              {"val", opened.val},
                                              {"test", opened.test}});
}

int run_new(const Options& options, const Invocation& invocation) {
  auto recognized = data::recognize(options.folder, asked_task(options));
  StartingPoint point;
  point.task = recognized.task;
  point.name = options.name.empty() ? folder_name(options.folder) : options.name;
  const fs::path out = options.out.empty() ? fs::path(point.name + ".yaml") : fs::path(options.out);
  const auto beside = [&](const char* ending) {
    return out.parent_path() / cat(out.stem().string(), ending);
  };
  const fs::path palette = beside("_palette.yaml"), split = beside("_split.csv");
  point.file = out.string();
  require_text(options.folder);
  require_text(point.file);
  require_free(out);
  config::Config config;
  config.task = point.task;
  config.data = std::move(recognized.data);
  Opened opened = open(config, palette);
  opened.count();
  if (opened.val == 0) divide_training(opened);
  if (!opened.split.empty()) {
    require_free(split);
    config.data.split.file = split.string();
  }
  point.data = config.data;
  const bool in_files = point.data.format != "cifar" && point.data.format != "mnist";
  measure(*opened.datasets.train, in_files, point);
  point.training = opened.train;
  point.several_labels = opened.datasets.several_labels;
  point.about = about(opened, point);
  const std::string text = starting_config(point);
  config::parse(text, point.file);
  if (!opened.palette.empty()) write(palette, opened.palette);
  if (!opened.split.empty()) write(split, opened.split);
  write(out, text);
  tell(invocation, point, opened, palette.string());
  return 0;
}

}  // namespace

void define_config_new(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("folder", options->folder,
                 "Folder of pictures: a folder for each class, pictures with masks, or one of the "
                 "data sets of docs/data.md")
      ->required();
  app.add_option("--out", options->out, "File to write (default: the folder's name, .yaml)");
  app.add_option("--task", options->task, "classify or segment, where the folder serves both")
      ->check(CLI::IsMember({"classify", "segment"}));
  app.add_option("--name", options->name, "Name of its runs (default: the folder's name)");
  add_common_flags(app, invocation);
  app.footer("Example: carica config new photos --out photos.yaml");
  app.callback([options, &invocation] {
    invocation.run = [options, &invocation] { return run_new(*options, invocation); };
  });
}

}  // namespace carica::cli
