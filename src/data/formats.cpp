#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "data/dataset.h"
#include "data/file_dataset.h"
#include "data/found_items.h"
#include "data/pack.h"
#include "data/split.h"

namespace carica::data {
namespace {

// THE table of formats: name, help, classifies, segments, finder, decoder.
constexpr Format kFormats[] = {
    {"image_folder", "one folder of pictures per class, in split folders or divided by data.split",
     true, false, find_image_folder, nullptr},
    {"cifar",
     "CIFAR-10's binary files, or class folders below train (and test); data.split divides train",
     true, false, find_cifar, load_cifar},
    {"paired_masks",
     "pictures and masks that share a stem, by the patterns data.images and data.masks", false,
     true, find_paired_masks, nullptr},
    {"papaya", "what `carica data make papaya` writes, divided by data.split", true, true,
     find_papaya, nullptr},
};

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
    throw Error(ErrorCode::kConfig,
                cat("data.format = ", name, ": has no ", segments ? "masks" : "class labels",
                    "; task is ", segments ? "segment" : "classify"),
                segments ? "task: segment reads paired_masks or papaya"
                         : "task: classify reads image_folder, cifar or papaya");
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

// A data set that brings its own test split keeps it; the shares of train and val then divide the
// rest.
void divide_rest(FoundItems& found, config::SplitConfig config) {
  if (found.undivided.empty()) return;
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
  check_classes(config.data.classes, segments);
  FoundItems found = format.find(config);
  divide_rest(found, config.data.split);
  std::optional<MaskRules> rules;
  if (segments) rules.emplace(config.data.mask, found.classes.size());
  std::shared_ptr<const Shards> shards;
  if (config.data.cache == "shards") shards = open_shards(config, found.classes);
  const auto make = [&](std::vector<Item>& items) -> std::shared_ptr<const Dataset> {
    std::shared_ptr<const Dataset> dataset =
        std::make_shared<const FileDataset>(std::move(items), format.load, rules);
    if (config.data.cache == "ram") return cache_in_memory(dataset);
    if (shards) return read_shards(shards, dataset);
    return dataset;
  };
  return {found.classes, make(found.train), make(found.val), make(found.test)};
}

std::vector<FormatInfo> formats() {
  std::vector<FormatInfo> infos;
  for (const auto& format : kFormats) infos.push_back({format.name, format.help});
  return infos;
}

std::string split_csv(const Datasets& datasets) {
  std::string csv = "name,label,split\n";
  for (const char* name : {"train", "val", "test"}) {
    const Dataset& dataset = *datasets.split(name);
    for (std::size_t i = 0; i < dataset.size(); ++i) {
      const Item& item = dataset.item(i);
      const bool labelled = item.label >= 0;
      csv += cat(csv_field(item.name), ",",
                 labelled ? csv_field(datasets.classes[static_cast<std::size_t>(item.label)]) : "",
                 ",", name, "\n");
    }
  }
  return csv;
}

}  // namespace carica::data
