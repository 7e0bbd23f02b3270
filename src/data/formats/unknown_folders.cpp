#include "data/formats/unknown_folders.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "data/files/folder_scan.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

// Whether a picture lies below, at any depth; what cannot be looked into holds none.
bool holds_pictures(const fs::path& folder, bool tiff) {
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (has_picture_ending(entry->path().filename().string(), tiff)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> unknown_class_folders(const config::DataConfig& data,
                                               const std::vector<std::string>& classes) {
  if (data.format != "image_folder") return {};
  std::set<std::string> unknown;
  for (const std::string* split : {&data.train_dir, &data.val_dir, &data.test_dir}) {
    // Without train_dir the class folders lie in the root itself.
    if (split->empty() && split != &data.train_dir) continue;
    const fs::path folder = fs::path(data.root) / *split;
    for (const auto& name : list_folders(folder)) {
      const bool known = std::find(classes.begin(), classes.end(), name) != classes.end();
      if (!known && holds_pictures(folder / name, data.allow_tiff)) unknown.insert(name);
    }
  }
  return {unknown.begin(), unknown.end()};
}

}  // namespace carica::data
