#include "cli/picture_list.h"

#include <fnmatch.h>

#include <algorithm>

#include "core/error.h"
#include "core/file_system.h"
#include "core/path_guard.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/files/list_file.h"

namespace carica::cli {

namespace fs = std::filesystem;

namespace {

std::string lower_extension(const fs::path& path) { return lower_case(path.extension().string()); }

void add_sorted(std::vector<PictureFile>& into, std::vector<PictureFile> files) {
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  into.insert(into.end(), files.begin(), files.end());
}

void add_folder(std::vector<PictureFile>& into, const fs::path& folder, bool allow_tiff) {
  const auto before = into.size();
  for (const auto& name : data::list_files(folder)) {
    // By the path as it is written: a link stands for a picture of its own.
    if (data::has_picture_ending(name, allow_tiff)) into.push_back({folder / name, name});
  }
  if (into.size() == before) {
    throw Error(ErrorCode::kData, cat(folder.string(), ": no picture (.jpg .jpeg .png .webp .bmp",
                                      allow_tiff ? " .tif .tiff" : "", ") in this folder"));
  }
}

void add_pattern(std::vector<PictureFile>& into, const fs::path& pattern) {
  const auto folder = pattern.has_parent_path() ? pattern.parent_path() : fs::path(".");
  std::vector<PictureFile> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto name = entry.path().filename().string();
    if (entry.is_regular_file() &&
        fnmatch(pattern.filename().c_str(), name.c_str(), FNM_PERIOD) == 0) {
      files.push_back({entry.path(), name});
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw Error(ErrorCode::kData, cat(folder.string(), ": cannot be read: ", error.message()));
  }
  if (files.empty())
    throw Error(ErrorCode::kData, cat(pattern.string(), ": no file matches this pattern"));
  add_sorted(into, std::move(files));
}

void add_list(std::vector<PictureFile>& into, const fs::path& list) {
  constexpr std::uint64_t kMaxBytes = 64u << 20;
  const auto parent = list.has_parent_path() ? list.parent_path() : fs::path(".");
  const auto text = FileSystem::real().read(list, kMaxBytes);
  for (const auto& line : data::parse_list(text, list.string())) {
    const std::string name(line.text);
    into.push_back({resolve_inside(parent, name), name});
  }
}

}  // namespace

std::vector<PictureFile> list_pictures(const std::vector<std::string>& inputs, bool allow_tiff) {
  std::vector<PictureFile> files;
  for (const auto& input : inputs) {
    const fs::path path(input);
    if (fs::is_directory(path)) {
      add_folder(files, path, allow_tiff);
    } else if (fs::exists(path)) {
      if (lower_extension(path) == ".txt") {
        add_list(files, path);
      } else {
        files.push_back({path, path.filename().string()});
      }
    } else if (path.filename().string().find_first_of("*?[") != std::string::npos) {
      add_pattern(files, path);
    } else {
      const bool setting = input.find('=') != std::string::npos;
      throw Error(ErrorCode::kData, cat(input, ": no such picture, folder or list"),
                  setting ? cat("settings are given as --set ", input) : "");
    }
  }
  if (inputs.size() > 1) {
    for (auto& file : files) file.name = file.path.lexically_normal().generic_string();
  }
  return files;
}

fs::path result_name(const std::string& picture) {
  fs::path name;
  for (const auto& part : fs::path(picture).lexically_normal().relative_path()) {
    if (part != ".." && part != ".") name /= part;
  }
  return name.replace_extension(".png");
}

}  // namespace carica::cli
