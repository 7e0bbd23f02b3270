// Pictures and masks that share a stem.
#include <algorithm>
#include <filesystem>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/files/list_file.h"
#include "data/formats/stem_pairs.h"
#include "data/found_items.h"
#include "data/images/image_io.h"
#include "data/listed_files.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSplit = "{split}";
constexpr std::string_view kStem = "{stem}";

std::string with(std::string text, std::string_view placeholder, std::string_view value) {
  for (auto at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + value.size())) {
    text.replace(at, placeholder.size(), value);
  }
  return text;
}

// The two patterns; `split` stands for {split}.
struct Patterns {
  Patterns(const config::DataConfig& data, const std::string& split)
      : pictures("data.images", with(data.images, kSplit, split), data.allow_tiff),
        masks("data.masks", with(data.masks, kSplit, split)) {}
  StemPattern pictures, masks;
};

// The patterns that keep splits whose folders stems begin with, as keys of the config.
std::string patterns_with_split(const config::DataConfig& data) {
  return cat("images: \"", with(data.images, kStem, "{split}/{stem}"), "\", masks: \"",
             with(data.masks, kStem, "{split}/{stem}"), "\"");
}

// One split's pairs, or with "" all there are.
std::vector<Item> find_pairs(const config::DataConfig& data, const std::string& split) {
  const Patterns patterns(data, split);
  const bool below_patterns = data.images.find(kSplit) != std::string::npos;
  if (below_patterns || split.empty()) {
    return find_stem_pairs(data.root, "", patterns.pictures, patterns.masks);
  }
  const fs::path base = fs::path(data.root) / split;
  std::error_code ignored;
  if (!fs::is_directory(base, ignored)) {
    throw Error(
        ErrorCode::kData,
        cat(base.string(), ": no such folder; must be a split's, with ", data.images, " and ",
            data.masks, " in it"),
        cat("for split folders below those of pictures and masks: ", patterns_with_split(data)));
  }
  return find_stem_pairs(base, split + "/", patterns.pictures, patterns.masks);
}

// Where stems begin with the names of splits, a division at random is hardly what was meant.
void warn_of_lost_splits(const config::DataConfig& data, const std::vector<Item>& items) {
  const StemPattern pictures("data.images", data.images, data.allow_tiff);
  std::set<std::string> names;
  for (const auto& item : items) {
    const std::string stem = pictures.stem(item.name);
    const auto slash = stem.find('/');
    if (slash == std::string::npos || !is_split_name(stem.substr(0, slash))) return;
    names.insert(stem.substr(0, slash));
  }
  const bool has_train =
      std::ranges::any_of(names, [](const std::string& name) { return split_of(name) == "train"; });
  if (names.size() < 2 || !has_train) return;
  std::string folders;
  for (const char* split : {"train", "val", "test"}) {
    const auto name = std::find_if(names.begin(), names.end(),
                                   [&](const auto& known) { return split_of(known) == split; });
    if (name != names.end()) folders += cat(", ", split, "_dir: ", *name);
  }
  const std::vector<std::string> sorted(names.begin(), names.end());
  log_warning(cat("data.split divides the pictures below ", join(sorted),
                  " at random; to keep these splits: data: {", patterns_with_split(data), folders,
                  "}"));
}

// A line of a list: a picture and its mask, or either a picture that fits data.images or a stem.
Item listed_item(const PairFiles& pairs, ListedFiles& files, const ListedAt& at,
                 std::string_view line) {
  const auto fields = fields_of(line);
  if (fields.size() > 2) {
    throw Error(ErrorCode::kData,
                cat(at.text(), ": ", fields.size(),
                    " fields; must be a stem, a picture, or a "
                    "picture and its mask"),
                "where names have blanks, put a tab between picture and mask");
  }
  std::string picture(fields.front()), mask;
  if (fields.size() == 2) {
    mask = fields[1];
  } else {
    try {
      const std::string stem = pairs.pictures.pattern().stem(picture);
      mask = pairs.masks.file(stem.empty() ? picture : stem);
      if (stem.empty()) picture = pairs.pictures.file(picture);
    } catch (const Error& error) {
      throw Error(error.code(), cat(at.text(), ": ", error.what()), error.hint());
    }
  }
  Item item = files.item(picture, at);
  item.mask = files.find(mask, at);
  return item;
}

std::vector<Item> find_listed(const config::DataConfig& data, const std::string& list) {
  if (list.empty()) return {};
  ListedFiles files(data.root);
  const Patterns patterns(data, "");
  const PairFiles pairs = find_files(data.root, patterns.pictures, patterns.masks, true);
  const std::string text = read_table(data.root, list);
  std::vector<Item> items;
  for (const auto& [line, number] : parse_list(text, list)) {
    items.push_back(listed_item(pairs, files, {list, number}, line));
  }
  require_distinct_names({items}, list);
  return items;
}

// Masks of 0 and 255 under the default ignore value train on background alone, without an error
// anywhere.
void warn_of_binary_masks(const config::DataConfig& data, const std::vector<Item>& items) {
  constexpr std::size_t kLooks = 4;
  const auto& mask = data.mask;
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
                  "if it marks the object, declare data.mask.encoding: binary",
                  data.classes.size() == 2 ? "" : " and two classes"));
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
    if (data.split.file.empty()) warn_of_lost_splits(data, found.undivided);
  } else {
    found.train = find_pairs(data, data.train_dir);
    if (!data.val_dir.empty()) found.val = find_pairs(data, data.val_dir);
    if (!data.test_dir.empty()) found.test = find_pairs(data, data.test_dir);
  }
  warn_of_binary_masks(data, found.train.empty() ? found.undivided : found.train);
  return found;
}

}  // namespace carica::data
