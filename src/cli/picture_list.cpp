#include "cli/picture_list.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/error.h"
#include "core/file_system.h"
#include "core/path_guard.h"
#include "core/text.h"

namespace carica::cli {

namespace fs = std::filesystem;

namespace {

std::string lower_extension(const fs::path& path) { return lower_case(path.extension().string()); }

bool is_picture(const fs::path& path) {
  static constexpr std::array kEndings = {".jpg", ".jpeg", ".png", ".webp", ".bmp"};
  const auto extension = lower_extension(path);
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](const char* ending) { return extension == ending; });
}

void add_sorted(std::vector<PictureFile>& into, std::vector<PictureFile> files) {
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.relative < b.relative; });
  into.insert(into.end(), files.begin(), files.end());
}

void add_folder(std::vector<PictureFile>& into, const fs::path& folder) {
  std::vector<PictureFile> files;
  for (const auto& entry :
       fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied)) {
    if (entry.is_regular_file() && is_picture(entry.path())) {
      files.push_back({entry.path(), fs::relative(entry.path(), folder).generic_string()});
    }
  }
  if (files.empty()) {
    throw Error(ErrorCode::kData,
                cat(folder.string(), ": no picture (.jpg .jpeg .png .webp .bmp) in this folder"));
  }
  add_sorted(into, std::move(files));
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
  if (files.empty())
    throw Error(ErrorCode::kData, cat(pattern.string(), ": no file matches this pattern"));
  add_sorted(into, std::move(files));
}

void add_list(std::vector<PictureFile>& into, const fs::path& list) {
  constexpr std::uint64_t kMaxBytes = 64u << 20;
  const auto parent = list.has_parent_path() ? list.parent_path() : fs::path(".");
  const auto before = into.size();
  for (auto line : split(FileSystem::real().read(list, kMaxBytes), '\n')) {
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back()))) line.pop_back();
    if (!line.empty()) into.push_back({resolve_inside(parent, line), line});
  }
  if (into.size() == before)
    throw Error(ErrorCode::kData, cat(list.string(), ": the list names no picture"));
}

}  // namespace

std::vector<PictureFile> list_pictures(const std::vector<std::string>& inputs) {
  std::vector<PictureFile> files;
  for (const auto& input : inputs) {
    const fs::path path(input);
    if (fs::is_directory(path)) {
      add_folder(files, path);
    } else if (fs::exists(path)) {
      if (lower_extension(path) == ".txt") {
        add_list(files, path);
      } else {
        files.push_back({path, path.filename().string()});
      }
    } else if (path.filename().string().find_first_of("*?[") != std::string::npos) {
      add_pattern(files, path);
    } else {
      throw Error(ErrorCode::kData, cat(input, ": no such picture, folder or list"));
    }
  }
  return files;
}

}  // namespace carica::cli
