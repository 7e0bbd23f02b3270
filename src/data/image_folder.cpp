#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "core/error.h"
#include "core/text.h"
#include "data/found_items.h"

namespace carica::data {

namespace fs = std::filesystem;

namespace {

bool is_picture_name(const fs::path& path) {
  static constexpr std::array kEndings = {".jpg", ".jpeg", ".png", ".webp", ".bmp"};
  auto ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

bool is_hidden(const fs::path& path) { return path.filename().string().rfind('.', 0) == 0; }

std::string under(const std::string& root, const std::string& folder) { return folder.empty() ? root : cat(root, "/", folder); }

// A split's own folders must be the classes, no more and no fewer: ids made per split would mix classes up.
void require_same_classes(const std::string& root, const std::string& folder, const std::vector<std::string>& classes) {
  const auto found = list_folders(under(root, folder));
  std::vector<std::string> differences;
  for (const auto& name : classes) {
    if (std::find(found.begin(), found.end(), name) == found.end()) differences.push_back("without " + name);
  }
  for (const auto& name : found) {
    if (std::find(classes.begin(), classes.end(), name) == classes.end()) differences.push_back("with " + name);
  }
  if (differences.empty()) return;
  throw Error(ErrorCode::kData, cat(under(root, folder), ": class folders differ from the training split's: ", join(differences)),
              "every split needs the same class folders; data.classes names the ones that count");
}

}  // namespace

std::vector<std::string> list_folders(const std::string& folder) {
  if (!fs::is_directory(folder)) {
    throw Error(ErrorCode::kData, cat(folder, ": no such folder"), "check data.root and the split folders; paths are relative to where carica is started");
  }
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory() && !is_hidden(entry.path())) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> list_pictures(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (is_picture_name(entry.path()) && !is_hidden(entry.path()) && entry.is_regular_file()) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> class_names(const config::Config& config, const std::string& folder) {
  const auto path = under(config.data.root, folder);
  const auto found = list_folders(path);
  if (config.data.classes.empty()) {
    if (found.empty()) {
      throw Error(ErrorCode::kData, cat(path, ": no class folder in it"), "pictures lie in one folder per class: root/cat/1.jpg, root/dog/2.jpg");
    }
    return found;
  }
  for (const auto& name : config.data.classes) {
    if (std::find(found.begin(), found.end(), name) == found.end()) {
      const auto close = nearest(name, found);
      throw Error(ErrorCode::kData, cat(path, ": no folder for class ", name, " of data.classes; there are ", found.empty() ? "none" : join(found)),
                  close ? cat("did you mean ", *close, "?") : "");
    }
  }
  return config.data.classes;
}

std::vector<Item> list_class_folders(const std::string& root, const std::string& folder, const std::vector<std::string>& classes) {
  std::vector<Item> items;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto inside = folder.empty() ? classes[c] : cat(folder, "/", classes[c]);
    const auto path = under(root, inside);
    const auto pictures = list_pictures(path);
    if (pictures.empty()) {
      throw Error(ErrorCode::kData, cat(path, ": the folder of class ", classes[c], " has no picture (.jpg .jpeg .png .webp .bmp)"),
                  "add pictures, or list the classes that count in data.classes");
    }
    for (const auto& name : pictures) {
      Item item;
      item.name = cat(inside, "/", name);
      item.path = cat(path, "/", name);
      item.label = static_cast<std::int64_t>(c);
      items.push_back(std::move(item));
    }
  }
  return items;
}

FoundItems find_image_folder(const config::Config& config) {
  const auto& data = config.data;
  FoundItems found;
  found.classes = class_names(config, data.train_dir);
  if (data.train_dir.empty()) {
    found.undivided = list_class_folders(data.root, "", found.classes);
    return found;
  }
  const auto split = [&](const std::string& folder) {
    if (folder.empty()) return std::vector<Item>{};
    if (data.classes.empty()) require_same_classes(data.root, folder, found.classes);
    return list_class_folders(data.root, folder, found.classes);
  };
  found.train = split(data.train_dir);
  found.val = split(data.val_dir);
  found.test = split(data.test_dir);
  return found;
}

}  // namespace carica::data
