#include "data/files/folder_scan.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

// What archives that were packed on a Mac unpack beside their files.
constexpr std::string_view kMacosFolder = "__MACOSX";

// Calls visit(entry, name) for what is not hidden.
template <typename Visit>
void for_each_entry(const fs::path& folder, const Visit& visit) {
  try {
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (name.front() != '.' && name != kMacosFolder) visit(entry, name);
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

std::string_view split_of(std::string_view name) {
  struct Name {
    std::string_view name, split;
  };
  static constexpr std::array<Name, 7> kNames = {{{"train", "train"},
                                                  {"training", "train"},
                                                  {"val", "val"},
                                                  {"valid", "val"},
                                                  {"validation", "val"},
                                                  {"test", "test"},
                                                  {"testing", "test"}}};
  std::string plain = lower_case(name);
  for (const std::string_view ending : {"_set", "-set", "set"}) {
    if (!plain.ends_with(ending)) continue;
    plain.resize(plain.size() - ending.size());
    break;
  }
  const auto found = std::find_if(kNames.begin(), kNames.end(),
                                  [&](const Name& each) { return each.name == plain; });
  return found == kNames.end() ? "" : found->split;
}

bool is_split_name(std::string_view name) { return !split_of(name).empty(); }

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
