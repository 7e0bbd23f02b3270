#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "data/dataset.h"
#include "data/file_dataset.h"
#include "data/found_items.h"
#include "data/split.h"

namespace carica::data {

namespace {

// THE table of formats.
constexpr Format kFormats[] = {
    {"image_folder", "one folder of pictures per class, below split folders or divided by data.split", find_image_folder, nullptr},
    {"cifar", "CIFAR-10's binary files, or train/CLASS/*.jpg (and test/); train is divided by data.split", find_cifar, load_cifar},
    {"paired_masks", "pictures and masks that share a stem, by data.images and data.masks", find_paired_masks, nullptr},
    {"papaya", "what `carica data make papaya` writes, divided by data.split", find_papaya, nullptr},
};

const Format& find_format(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& format : kFormats) {
    if (name == format.name) return format;
    known.emplace_back(format.name);
  }
  const auto close = nearest(name, known);
  throw Error(ErrorCode::kConfig, cat("data.format = ", name, ": no such format; must be one of ", join(known)),
              close ? cat("did you mean ", *close, "?") : "");
}

std::vector<Item> pick(const std::vector<Item>& items, const std::vector<std::size_t>& places) {
  std::vector<Item> picked;
  picked.reserve(places.size());
  for (const auto place : places) picked.push_back(items[place]);
  return picked;
}

// What the data set does not divide itself is divided by data.split. A test split of its own counts when data.split asks for none.
void divide_rest(FoundItems& found, const config::SplitConfig& config) {
  if (found.undivided.empty()) return;
  const auto division = divide(found.undivided, config);
  found.train = pick(found.undivided, division.train);
  found.val = pick(found.undivided, division.val);
  if (config.test > 0) found.test = pick(found.undivided, division.test);
}

void add_rows(std::string& csv, const Dataset& dataset, const std::vector<std::string>& classes, const char* split) {
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    const auto& item = dataset.item(i);
    csv += cat(csv_field(item.name), ",", item.label < 0 ? "" : csv_field(classes[static_cast<std::size_t>(item.label)]), ",", split, "\n");
  }
}

}  // namespace

const std::shared_ptr<const Dataset>& Datasets::split(const std::string& name) const {
  if (name == "train") return train;
  if (name == "val") return val;
  if (name == "test") return test;
  throw Error(ErrorCode::kUsage, cat(name, ": no such split; must be train, val or test"));
}

Datasets open_datasets(const config::Config& config) {
  const auto& format = find_format(config.data.format);
  if (config.data.root.empty()) {
    throw Error(ErrorCode::kConfig, "data.root: is empty; must name the folder of the data set", "data: {root: path/to/data}");
  }
  auto found = format.find(config);
  divide_rest(found, config.data.split);
  Datasets datasets;
  datasets.classes = found.classes;
  const auto make = [&](std::vector<Item> items) -> std::shared_ptr<const Dataset> {
    std::shared_ptr<const Dataset> dataset = std::make_shared<FileDataset>(config, found.classes.size(), std::move(items), format);
    return config.data.cache == "ram" ? cache_in_memory(dataset) : dataset;
  };
  datasets.train = make(std::move(found.train));
  datasets.val = make(std::move(found.val));
  datasets.test = make(std::move(found.test));
  return datasets;
}

std::vector<FormatInfo> formats() {
  std::vector<FormatInfo> infos;
  for (const auto& format : kFormats) infos.push_back({format.name, format.help});
  return infos;
}

std::string split_csv(const Datasets& datasets) {
  std::string csv = "name,label,split\n";
  add_rows(csv, *datasets.train, datasets.classes, "train");
  add_rows(csv, *datasets.val, datasets.classes, "val");
  add_rows(csv, *datasets.test, datasets.classes, "test");
  return csv;
}

}  // namespace carica::data
