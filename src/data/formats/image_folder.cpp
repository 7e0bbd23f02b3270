// One folder of pictures per class.
#include <algorithm>
#include <filesystem>

#include "core/error.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/found_items.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "train_dir: train, val_dir: valid": the keys that the split folders belong to.
std::string split_keys(const std::vector<std::string>& found) {
  std::vector<std::string> keys;
  for (const char* split : {"train", "val", "test"}) {
    const auto folder = std::find_if(found.begin(), found.end(), [&](const std::string& name) {
      return split_of(name) == split;
    });
    if (folder != found.end()) keys.push_back(cat(split, "_dir: ", *folder));
  }
  return join(keys);
}

// Split folders that are taken for classes would train a classifier of train against val.
void refuse_splits_as_classes(const fs::path& folder, const std::vector<std::string>& found) {
  const bool all = std::all_of(found.begin(), found.end(), is_split_name);
  if (found.size() < 2 || !all) return;
  throw Error(ErrorCode::kData,
              cat(folder.string(), ": its folders are splits (", join(found), "), not classes"),
              cat("name them: data: {", split_keys(found), "}"));
}

// Ids made for each split on its own would mix classes up.
void require_classes(const fs::path& folder, const std::vector<std::string>& found,
                     const std::vector<std::string>& classes, bool chosen) {
  std::vector<std::string> differences;
  for (const auto& name : classes) {
    if (!contains(found, name)) differences.push_back(cat("lacks ", name));
  }
  for (const auto& name : found) {
    if (!chosen && !contains(classes, name)) differences.push_back(cat("has ", name, " besides"));
  }
  if (differences.empty()) return;
  throw Error(
      ErrorCode::kData,
      cat(folder.string(), ": class folders differ from the training split's: ", join(differences)),
      "every split needs the same class folders; data.classes chooses among them");
}

}  // namespace

std::vector<std::string> class_names(const config::Config& config, const std::string& split) {
  const fs::path folder = fs::path(config.data.root) / split;
  require_folder(folder, split.empty() ? "data.root" : "data.train_dir");
  const auto found = list_folders(folder);
  if (found.empty()) {
    throw Error(ErrorCode::kData, cat(folder.string(), ": no class folders in it"),
                "pictures lie in one folder per class: root/cat/1.jpg, root/dog/2.jpg");
  }
  if (config.data.classes.empty()) {
    refuse_splits_as_classes(folder, found);
    return found;
  }
  for (const auto& name : config.data.classes) {
    if (contains(found, name)) continue;
    const auto close = nearest(name, found);
    throw Error(
        ErrorCode::kData,
        cat(folder.string(), ": no folder for ", name, " of data.classes; there are ", join(found)),
        close ? cat("did you mean ", *close, "?") : "");
  }
  return config.data.classes;
}

std::vector<Item> list_class_folders(const config::Config& config, const std::string& split,
                                     const std::vector<std::string>& classes) {
  const fs::path folder = fs::path(config.data.root) / split;
  require_folder(folder, "split folder");
  require_classes(folder, list_folders(folder), classes, !config.data.classes.empty());
  std::vector<Item> items;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const std::size_t before = items.size();
    for (const auto& file : list_files(folder / classes[c])) {
      if (!has_picture_ending(file, config.data.allow_tiff)) continue;
      Item item;
      item.name = cat(split, split.empty() ? "" : "/", classes[c], "/", file);
      item.path = (folder / classes[c] / file).string();
      item.label = static_cast<std::int64_t>(c);
      items.push_back(std::move(item));
    }
    if (items.size() > before) continue;
    throw Error(
        ErrorCode::kData,
        cat((folder / classes[c]).string(),
            ": no pictures in this class folder; must hold .jpg, .jpeg, .png, .webp or .bmp"),
        "add pictures, remove the folder, or list the classes that count in data.classes");
  }
  return items;
}

FoundItems find_image_folder(const config::Config& config) {
  const auto& data = config.data;
  require_folder(data.root, "data.root");
  FoundItems found;
  found.classes = class_names(config, data.train_dir);
  const auto split = [&](const std::string& folder) {
    return folder.empty() ? std::vector<Item>{} : list_class_folders(config, folder, found.classes);
  };
  if (data.train_dir.empty()) {
    found.undivided = list_class_folders(config, "", found.classes);
  } else {
    found.train = split(data.train_dir);
    found.val = split(data.val_dir);
    found.test = split(data.test_dir);
  }
  return found;
}

}  // namespace carica::data
