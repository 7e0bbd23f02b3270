// Pictures and masks that share a stem.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/folder_scan.h"
#include "data/found_items.h"
#include "data/image_io.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

// A pattern such as "images/{stem}_left.jpg", cut at the stem.
struct Pattern {
  std::string key, folder, before, after;

  Pattern(const char* k, const std::string& text) : key(k) {
    constexpr std::string_view kStem = "{stem}";
    const auto place = text.find(kStem);
    if (place == std::string::npos || text.find(kStem, place + 1) != std::string::npos) {
      throw Error(ErrorCode::kConfig, cat(key, " = ", text, ": must have {stem} in it, once"),
                  "for example images/{stem}.jpg");
    }
    const auto slash = text.rfind('/', place);
    folder = slash == std::string::npos ? "" : text.substr(0, slash + 1);
    before = text.substr(folder.size(), place - folder.size());
    after = text.substr(place + kStem.size());
  }

  std::string file(const std::string& stem) const { return cat(folder, before, stem, after); }

  // Stems of the files below `base` that match; a stem may hold folders.
  std::set<std::string> stems(const fs::path& base) const {
    require_folder(base / folder, key);
    std::set<std::string> found;
    for (const auto& name : list_files(base / folder)) {
      if (name.size() > before.size() + after.size() && name.starts_with(before) &&
          name.ends_with(after)) {
        found.insert(name.substr(before.size(), name.size() - before.size() - after.size()));
      }
    }
    return found;
  }
};

// Where both patterns match a file ("{stem}.png", "{stem}_mask.png" in one folder), the longer one
// names it.
void drop_files_of(const Pattern& other, const std::set<std::string>& other_stems,
                   const Pattern& pattern, std::set<std::string>& stems) {
  for (const auto& stem : other_stems) {
    const std::string file = other.file(stem);
    const std::string prefix = pattern.folder + pattern.before;
    if (file.size() <= prefix.size() + pattern.after.size() || !file.starts_with(prefix) ||
        !file.ends_with(pattern.after)) {
      continue;
    }
    stems.erase(file.substr(prefix.size(), file.size() - prefix.size() - pattern.after.size()));
  }
}

// Throws for stems of `have` that `partners` lacks.
void require_partners(const std::set<std::string>& have, const std::set<std::string>& partners,
                      const fs::path& base, const Pattern& pattern, const Pattern& partner,
                      const char* what) {
  std::vector<std::string> alone;
  std::set_difference(have.begin(), have.end(), partners.begin(), partners.end(),
                      std::back_inserter(alone));
  if (alone.empty()) return;
  const std::string more = alone.size() > 1 ? cat(" (and ", alone.size() - 1, " more)") : "";
  throw Error(ErrorCode::kData,
              cat((base / pattern.file(alone.front())).string(), ": ", what, "; there is no ",
                  (base / partner.file(alone.front())).string(), more),
              cat("add what is missing, or remove the file; the pattern is ", partner.key));
}

std::vector<Item> find_pairs(const config::DataConfig& data, const std::string& split) {
  const Pattern pictures("data.images", data.images), masks("data.masks", data.masks);
  const fs::path base = fs::path(data.root) / split;
  if (!split.empty()) require_folder(base, "split folder");
  auto picture_stems = pictures.stems(base), mask_stems = masks.stems(base);
  if (data.masks.size() > data.images.size()) {
    drop_files_of(masks, mask_stems, pictures, picture_stems);
  } else {
    drop_files_of(pictures, picture_stems, masks, mask_stems);
  }
  if (picture_stems.empty()) {
    throw Error(ErrorCode::kData,
                cat(base.string(), ": no pictures match data.images = ", data.images),
                "{stem} stands for the part that a picture and its mask share");
  }
  require_partners(picture_stems, mask_stems, base, pictures, masks, "picture without mask");
  require_partners(mask_stems, picture_stems, base, masks, pictures, "mask without picture");
  std::vector<Item> items;
  for (const auto& stem : picture_stems) {
    Item item;
    item.name = cat(split, split.empty() ? "" : "/", pictures.file(stem));
    item.path = (base / pictures.file(stem)).string();
    item.mask = (base / masks.file(stem)).string();
    items.push_back(std::move(item));
  }
  return items;
}

// Masks of 0 and 255 under the default ignore value train on background alone, without an error
// anywhere.
void warn_of_binary_masks(const config::MaskConfig& mask, const std::vector<Item>& items) {
  constexpr std::size_t kLooks = 4;
  if (mask.encoding != "index" || mask.ignore_index != 255 || !mask.map.empty()) return;
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
                "data: {classes: [road, car]}");
  }
  require_folder(data.root, "data.root");
  FoundItems found;
  found.classes = data.classes;
  if (data.train_dir.empty()) {
    found.undivided = find_pairs(data, "");
  } else {
    found.train = find_pairs(data, data.train_dir);
    if (!data.val_dir.empty()) found.val = find_pairs(data, data.val_dir);
    if (!data.test_dir.empty()) found.test = find_pairs(data, data.test_dir);
  }
  warn_of_binary_masks(data.mask, data.train_dir.empty() ? found.undivided : found.train);
  return found;
}

}  // namespace carica::data
