#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/dataset.h"
#include "data/formats/file_dataset.h"
#include "data/found_items.h"
#include "data/images/image_io.h"
#include "data/masks/mask_reader.h"
#include "data/shards/pack.h"
#include "data/splits/split.h"
#include "data/splits/split_file.h"

namespace carica::data {
namespace {

// THE table of formats: name, help, classifies, segments, finder, decoder.
constexpr Format kFormats[] = {
    {"image_folder", "one folder of pictures per class, in split folders or divided by data.split",
     true, false, find_image_folder, nullptr},
    {"csv", "a table of samples: path, label or mask, and split and group where it has them", true,
     true, find_csv, nullptr},
    {"cifar",
     "CIFAR-10's binary files, or class folders below train (and test); data.split divides train",
     true, false, find_cifar, load_cifar},
    {"mnist",
     "IDX files of MNIST, Fashion-MNIST, KMNIST and EMNIST, plain or .gz; data.split divides train",
     true, false, find_mnist, nullptr},
    {"paired_masks",
     "pictures and masks that share a stem, by the patterns data.images and data.masks", false,
     true, find_paired_masks, nullptr},
    {"voc", "PASCAL VOC: JPEGImages, SegmentationClass, lists in ImageSets/Segmentation", false,
     true, find_voc, nullptr},
    {"cityscapes", "Cityscapes: leftImg8bit and gtFine", false, true, find_cityscapes, nullptr},
    {"idd", "Indian Driving Dataset: leftImg8bit and gtFine with labellevel3Ids", false, true,
     find_idd, nullptr},
    {"camvid", "CamVid: train, trainannot and so on, or 701_StillsRaw_full with colour masks",
     false, true, find_camvid, nullptr},
    {"ade20k", "ADEChallengeData2016: images and annotations; 0 is ignored", false, true,
     find_ade20k, nullptr},
    {"coco", "COCO: semantic PNGs of COCO-Stuff, or panoptic PNGs with their JSON", false, true,
     find_coco, nullptr},
    {"oxford_pet", "Oxford-IIIT Pet: breeds or species, or trimaps; data.split divides trainval",
     true, true, find_oxford_pet, nullptr},
    {"papaya", "what `carica data make papaya` writes, divided by data.split", true, true,
     find_papaya, nullptr},
};

std::vector<std::string> formats_for(bool segments) {
  std::vector<std::string> names;
  for (const auto& format : kFormats) {
    if (segments ? format.segments : format.classifies) names.emplace_back(format.name);
  }
  return names;
}

const Format& find_format(const config::Config& config) {
  const auto& name = config.data.format;
  std::vector<std::string> known;
  for (const auto& format : kFormats) known.emplace_back(format.name);
  const auto place = std::find(known.begin(), known.end(), name);
  if (place == known.end()) {
    const auto close = nearest(name, known);
    throw Error(ErrorCode::kConfig,
                cat("data.format = ", name, ": no such format; must be one of ", join(known)),
                close ? cat("did you mean ", *close, "?") : "");
  }
  const Format& format = kFormats[place - known.begin()];
  const bool segments = config.task == config::Task::kSegment;
  if (segments ? !format.segments : !format.classifies) {
    throw Error(
        ErrorCode::kConfig,
        cat("data.format = ", name, ": has no ", segments ? "masks" : "class labels", "; task is ",
            segments ? "segment" : "classify"),
        cat("task ", segments ? "segment" : "classify", " reads ", join(formats_for(segments))));
  }
  return format;
}

void check_classes(const std::vector<std::string>& classes, bool segments) {
  constexpr std::size_t kMaxMaskClasses = 256;  // one byte per pixel
  const std::set<std::string> distinct(classes.begin(), classes.end());
  if (distinct.size() != classes.size()) {
    throw Error(ErrorCode::kConfig, cat("data.classes: ", join(classes), ": a name stands twice"));
  }
  if (segments && classes.size() > kMaxMaskClasses) {
    throw Error(ErrorCode::kConfig,
                cat("data.classes: ", classes.size(), " names; masks hold at most 256"));
  }
}

std::vector<Item> pick(const std::vector<Item>& items, const std::vector<std::size_t>& places) {
  std::vector<Item> picked;
  picked.reserve(places.size());
  for (const auto place : places) picked.push_back(items[place]);
  return picked;
}

// Shares may come from a file that this one builds on, with other data: they are said, not refused.
// group_by serves the report on leaks.
void mind_unused(const config::SplitConfig& config) {
  const config::SplitConfig usual;
  if (config.folds != usual.folds) {
    throw Error(ErrorCode::kConfig,
                cat("data.split.folds = ", config.folds, ": the data set is divided already"),
                "folds divide data sets that come without splits of their own");
  }
  std::vector<std::string> unused;
  if (config.train != usual.train) unused.emplace_back("train");
  if (config.val != usual.val) unused.emplace_back("val");
  if (config.test != usual.test) unused.emplace_back("test");
  if (config.stratified != usual.stratified) unused.emplace_back("stratified");
  if (config.seed != usual.seed) unused.emplace_back("seed");
  if (unused.empty()) return;
  log_warning(cat("data.split: ", join(unused),
                  ": not used, the data set is divided already; data.split.file divides it anew"));
}

// A data set that brings its own test split keeps it; the shares of train and val then divide the
// rest, and so do folds.
void divide_rest(FoundItems& found, config::SplitConfig config) {
  if (!config.file.empty()) {
    const auto bytes = read_bytes(config.file);
    divide_by_table(found, {reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                    config.file);
    return;
  }
  if (found.undivided.empty()) return mind_unused(config);
  if (!found.test.empty()) {
    const double rest = config.train + config.val;
    config.train /= rest;
    config.val /= rest;
    config.test = 0;
  }
  const Division division = divide(found.undivided, config);
  found.train = pick(found.undivided, division.train);
  found.val = pick(found.undivided, division.val);
  if (found.test.empty()) found.test = pick(found.undivided, division.test);
}

// What data.mask.palette says, in the order of the data set's classes.
struct ClassPalette {
  std::optional<config::Palette> palette;

  std::vector<config::Color> colors() const {
    std::vector<config::Color> colors;
    if (!palette) return colors;
    for (const auto& entry : palette->classes) {
      if (entry.colors.empty()) return {};
      colors.push_back(entry.colors.front());
    }
    return colors;
  }

  void take_places_for_values() {
    if (!palette) return;
    for (std::size_t c = 0; c < palette->classes.size(); ++c) {
      palette->classes[c].values = {static_cast<int>(c)};
    }
    palette->ignored_values.clear();
  }
};

}  // namespace

const std::shared_ptr<const Dataset>& Datasets::split(const std::string& name) const {
  if (name == "train") return train;
  if (name == "val") return val;
  if (name == "test") return test;
  throw Error(ErrorCode::kUsage, cat(name, ": no such split; must be train, val or test"));
}

Datasets open_datasets(const config::Config& config) {
  const Format& format = find_format(config);
  if (config.data.root.empty()) {
    throw Error(ErrorCode::kConfig, "data.root: is empty; must name the folder of the data set",
                "data: {root: path/to/data}");
  }
  const bool segments = config.task == config::Task::kSegment;
  config::Config completed = config;
  auto& classes = completed.data.classes;
  ClassPalette own;
  const auto& palette_file = config.data.mask.palette;
  if (segments && !palette_file.empty()) {
    own.palette = config::load_palette(palette_file);
    if (classes.empty()) classes = own.palette->names();
  }
  check_classes(classes, segments);
  FoundItems found = format.find(completed);
  divide_rest(found, config.data.split);
  if (own.palette) own.palette = palette_of(*own.palette, found.classes, palette_file);
  if (found.values_are_indices) own.take_places_for_values();
  std::optional<MaskReader> masks;
  if (segments) {
    masks.emplace(found.mask.value_or(config.data.mask), found.classes.size(),
                  own.palette ? &*own.palette : nullptr);
  }
  const LoadItem load = found.load ? found.load : LoadItem(format.load);
  const DecodeLimits limits{.allow_tiff = config.data.allow_tiff};
  std::shared_ptr<const Shards> shards;
  if (config.data.cache == "shards") shards = open_shards(config, found.classes);
  const auto make = [&](std::vector<Item>& items) -> std::shared_ptr<const Dataset> {
    std::shared_ptr<const Dataset> dataset =
        std::make_shared<const FileDataset>(std::move(items), load, masks, limits);
    if (config.data.cache == "ram") return cache_in_memory(dataset);
    if (shards) return read_shards(shards, dataset);
    return dataset;
  };
  std::vector<bool> mask_values;
  for (std::size_t value = 0; masks && value < 256; ++value) {
    mask_values.push_back(masks->allows(value));
  }
  return {found.classes, make(found.train),      make(found.val),     make(found.test),
          own.colors(),  std::move(mask_values), found.several_labels};
}

std::vector<FormatInfo> formats() {
  std::vector<FormatInfo> infos;
  for (const auto& format : kFormats) infos.push_back({format.name, format.help});
  return infos;
}

std::string split_csv(const Datasets& datasets) {
  std::string csv = split_table_head();
  for (const char* name : {"train", "val", "test"}) {
    const Dataset& dataset = *datasets.split(name);
    for (std::size_t i = 0; i < dataset.size(); ++i) {
      csv += split_table_row(dataset.item(i), datasets.classes, name);
    }
  }
  return csv;
}

}  // namespace carica::data
