#include "data/files/folder_scan.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

// Calls visit(entry, name) for what is not hidden.
template <typename Visit>
void for_each_entry(const fs::path& folder, const Visit& visit) {
  try {
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (name.front() != '.') visit(entry, name);
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorCode::kData,
                cat(folder.string(), ": cannot be read: ", error.code().message()));
  }
}

bool is_folder(const fs::directory_entry& entry) {
  std::error_code ignored;  // a link to nowhere is no folder
  return entry.is_directory(ignored);
}

void collect_files(const fs::path& folder, const std::string& prefix, int depth,
                   std::vector<std::string>& files) {
  constexpr int kMaxDepth = 16;
  if (depth > kMaxDepth) {
    throw Error(ErrorCode::kData, cat(folder.string(), ": more than 16 folders deep"),
                "does a link lead in a circle?");
  }
  for_each_entry(folder, [&](const fs::directory_entry& entry, const std::string& name) {
    if (is_folder(entry)) {
      collect_files(entry.path(), cat(prefix, name, "/"), depth + 1, files);
    } else {
      files.push_back(prefix + name);
    }
  });
}

}  // namespace

std::vector<std::string> list_folders(const fs::path& folder) {
  std::vector<std::string> names;
  for_each_entry(folder, [&](const fs::directory_entry& entry, const std::string& name) {
    if (is_folder(entry)) names.push_back(name);
  });
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> list_files(const fs::path& folder) {
  std::vector<std::string> files;
  collect_files(folder, "", 1, files);
  std::sort(files.begin(), files.end());
  return files;
}

bool has_picture_ending(const std::string& name, bool tiff) {
  static constexpr std::array<std::string_view, 7> kEndings = {".jpg", ".jpeg", ".png", ".webp",
                                                               ".bmp", ".tif",  ".tiff"};
  const auto dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  std::string ending = name.substr(dot);
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto end = tiff ? kEndings.end() : kEndings.end() - 2;
  return std::find(kEndings.begin(), end, ending) != end;
}

bool is_split_name(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "train", "training", "val", "valid", "validation", "test", "testing"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

void require_folder(const fs::path& folder, const std::string& key) {
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return;
  const bool root = key == "data.root", own = root || key == "data.shards";
  throw Error(
      ErrorCode::kData,
      cat(key, " = ", folder.string(), ": no such folder; must be ",
          root ? "the folder of the data set" : "a folder"),
      own ? "paths are relative to where carica is started" : "it is looked for below data.root");
}

}  // namespace carica::data
