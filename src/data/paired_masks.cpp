// Pictures and masks that share a stem.
#include <algorithm>
#include <filesystem>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/folder_scan.h"
#include "data/found_items.h"
#include "data/image_io.h"
#include "data/list_file.h"
#include "data/listed_files.h"
#include "data/stem_pairs.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

std::vector<Item> find_pairs(const config::DataConfig& data, const std::string& split) {
  const fs::path base = fs::path(data.root) / split;
  if (!split.empty()) require_folder(base, "split folder");
  return find_stem_pairs(base, split.empty() ? "" : split + "/",
                         StemPattern("data.images", data.images),
                         StemPattern("data.masks", data.masks));
}

// A line of a list: a picture and its mask, or either a picture that fits data.images or a stem.
Item listed_item(const StemPattern& pictures, const StemPattern& masks, ListedFiles& files,
                 const ListedAt& at, std::string_view line) {
  const auto fields = fields_of(line);
  std::string picture(fields.front()), mask;
  if (fields.size() > 2) {
    throw Error(ErrorCode::kData,
                cat(at.text(), ": ", fields.size(),
                    " fields; must be a stem, a picture, or a "
                    "picture and its mask"),
                "where names have blanks, put a tab between picture and mask");
  }
  if (fields.size() == 2) {
    mask = fields[1];
  } else {
    std::string stem = pictures.stem(picture);
    if (stem.empty()) stem = picture;
    picture = pictures.file(stem);
    mask = masks.file(stem);
  }
  Item item = files.item(picture, at);
  item.mask = files.find(mask, at);
  return item;
}

std::vector<Item> find_listed(const config::DataConfig& data, const std::string& list) {
  if (list.empty()) return {};
  ListedFiles files(data.root);
  const StemPattern pictures("data.images", data.images), masks("data.masks", data.masks);
  const std::string text = read_table(data.root, list);
  std::vector<Item> items;
  for (const auto& [line, number] : parse_list(text, list)) {
    items.push_back(listed_item(pictures, masks, files, {list, number}, line));
  }
  require_distinct_names({items}, list);
  return items;
}

// Masks of 0 and 255 under the default ignore value train on background alone, without an error
// anywhere.
void warn_of_binary_masks(const config::MaskConfig& mask, const std::vector<Item>& items) {
  constexpr std::size_t kLooks = 4;
  const bool plain = mask.encoding == "index" && mask.ignore_index == 255 && mask.map.empty() &&
                     mask.palette.empty() && !mask.reduce_zero_label;
  if (!plain) return;
  bool has_255 = false;
  for (std::size_t i = 0; i < std::min(kLooks, items.size()); ++i) {
    try {
      for (const auto value : read_mask(items[i].mask).values) {
        if (value != 0 && value != 255) return;
        has_255 = has_255 || value == 255;
      }
    } catch (const Error&) {
      return;  // told when it is loaded
    }
  }
  if (!has_255) return;
  log_warning(cat("data.mask: the first masks hold 0 and 255 only, and 255 is ignored; ",
                  "if it marks the object, declare data.mask.encoding: binary"));
}

}  // namespace

FoundItems find_paired_masks(const config::Config& config) {
  const auto& data = config.data;
  if (data.classes.empty()) {
    throw Error(ErrorCode::kConfig,
                "data.classes: is empty; must name the mask values 0, 1, 2, ... in this order",
                "data: {classes: [road, car]}, or name a palette in data.mask.palette");
  }
  require_folder(data.root, "data.root");
  FoundItems found;
  found.classes = data.classes;
  if (!data.lists.train.empty()) {
    found.train = find_listed(data, data.lists.train);
    found.val = find_listed(data, data.lists.val);
    found.test = find_listed(data, data.lists.test);
  } else if (data.train_dir.empty()) {
    found.undivided = find_pairs(data, "");
  } else {
    found.train = find_pairs(data, data.train_dir);
    if (!data.val_dir.empty()) found.val = find_pairs(data, data.val_dir);
    if (!data.test_dir.empty()) found.test = find_pairs(data, data.test_dir);
  }
  warn_of_binary_masks(data.mask, found.train.empty() ? found.undivided : found.train);
  return found;
}

}  // namespace carica::data
