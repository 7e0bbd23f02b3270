#include <algorithm>
#include <filesystem>
#include <map>

#include "core/error.h"
#include "core/text.h"
#include "data/found_items.h"

namespace carica::data {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kStem = "{stem}";

// A pattern such as "images/{stem}_left.jpg" split at the stem: folder, and what stands before and after the stem in file names.
struct Pattern {
  std::string folder, before, after;

  explicit Pattern(const std::string& text, const char* key) {
    const auto place = text.rfind(kStem);
    const auto slash = text.rfind('/');
    if (place == std::string::npos || (slash != std::string::npos && slash > place)) {
      throw Error(ErrorCode::kConfig, cat(key, " = ", text, ": must have {stem} in its last part"), "for example images/{stem}.jpg");
    }
    folder = slash == std::string::npos ? "" : text.substr(0, slash);
    const auto name = slash == std::string::npos ? text : text.substr(slash + 1);
    before = name.substr(0, name.find(kStem));
    after = name.substr(name.find(kStem) + kStem.size());
  }

  // Files below `base` by stem.
  std::map<std::string, std::string> files(const std::string& base) const {
    const auto path = folder.empty() ? base : cat(base, "/", folder);
    if (!fs::is_directory(path)) throw Error(ErrorCode::kData, cat(path, ": no such folder"), "check data.root, data.images and data.masks");
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::directory_iterator(path)) {
      const auto name = entry.path().filename().string();
      const bool matches = name.size() > before.size() + after.size() && name.compare(0, before.size(), before) == 0 &&
                           name.compare(name.size() - after.size(), after.size(), after) == 0 && name.front() != '.';
      if (matches) found[name.substr(before.size(), name.size() - before.size() - after.size())] = name;
    }
    return found;
  }

  std::string inside(const std::string& split, const std::string& name) const {
    std::string path = split.empty() ? "" : split + "/";
    if (!folder.empty()) path += folder + "/";
    return path + name;
  }
};

std::vector<Item> find_pairs(const config::Config& config, const std::string& split) {
  const auto& data = config.data;
  const Pattern pictures(data.images, "data.images"), masks(data.masks, "data.masks");
  const auto base = split.empty() ? data.root : cat(data.root, "/", split);
  const auto picture_files = pictures.files(base), mask_files = masks.files(base);
  const bool with_masks = config.task == config::Task::kSegment;
  std::vector<Item> items;
  for (const auto& [stem, name] : picture_files) {
    const auto mask = mask_files.find(stem);
    if (mask == mask_files.end()) {
      throw Error(ErrorCode::kData, cat(data.root, "/", pictures.inside(split, name), ": picture without mask; there is no ",
                                        masks.inside(split, masks.before + stem + masks.after)),
                  "add the mask, or remove the picture");
    }
    Item item;
    item.name = pictures.inside(split, name);
    item.path = cat(data.root, "/", item.name);
    item.mask = with_masks ? cat(data.root, "/", masks.inside(split, mask->second)) : "";
    items.push_back(std::move(item));
  }
  for (const auto& [stem, name] : mask_files) {
    if (picture_files.count(stem) == 0) {
      throw Error(ErrorCode::kData, cat(data.root, "/", masks.inside(split, name), ": mask without picture; there is no ",
                                        pictures.inside(split, pictures.before + stem + pictures.after)),
                  "add the picture, or remove the mask");
    }
  }
  if (items.empty()) {
    throw Error(ErrorCode::kData, cat(base, ": no picture matches data.images = ", data.images), "check the pattern; {stem} stands for the part that picture and mask share");
  }
  return items;
}

}  // namespace

FoundItems find_paired_masks(const config::Config& config) {
  const auto& data = config.data;
  if (data.classes.empty()) {
    throw Error(ErrorCode::kConfig, "data.classes: is empty; format paired_masks needs the names of mask values 0, 1, 2, ...",
                "data: {classes: [road, car, ...]}");
  }
  if (!fs::is_directory(data.root)) {
    throw Error(ErrorCode::kData, cat(data.root, ": no such folder"), "check data.root; paths are relative to where carica is started");
  }
  FoundItems found;
  found.classes = data.classes;
  if (data.train_dir.empty()) {
    found.undivided = find_pairs(config, "");
    return found;
  }
  found.train = find_pairs(config, data.train_dir);
  if (!data.val_dir.empty()) found.val = find_pairs(config, data.val_dir);
  if (!data.test_dir.empty()) found.test = find_pairs(config, data.test_dir);
  return found;
}

}  // namespace carica::data
