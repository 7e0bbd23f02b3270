#include "data/listed_files.h"

#include <algorithm>

#include "core/error.h"
#include "core/path_guard.h"
#include "core/text.h"
#include "data/images/image_io.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

// What path_guard refuses by the text alone.
bool is_plain(std::string_view relative) {
  if (relative.empty() || relative.size() > 4000 || relative.front() == '/') return false;
  return relative.find('\0') == relative.npos && relative.find("..") == relative.npos;
}

}  // namespace

std::string ListedAt::text() const { return cat(file, ":", line); }

std::string normal_name(std::string_view relative) {
  return fs::path(relative).lexically_normal().string();
}

Item ListedFiles::item(std::string_view picture, const ListedAt& at) {
  Item item;
  item.path = find(picture, at);  // which refuses "..", before it is taken out of the name
  item.name = normal_name(picture);
  return item;
}

std::string ListedFiles::find(std::string_view relative, const ListedAt& at) {
  try {
    if (!is_plain(relative)) resolve_inside(root_, relative);
    const auto slash = relative.rfind('/');
    const std::string_view folder = slash == relative.npos ? "." : relative.substr(0, slash);
    if (!folders_.contains(folder)) {
      resolve_inside(root_, relative);
      folders_.emplace(folder);
    }
    fs::path file = root_ / relative;
    std::error_code code;
    const fs::file_status status = fs::symlink_status(file, code);
    if (fs::is_symlink(status)) {
      file = resolve_inside(root_, relative);
      if (fs::is_regular_file(file, code)) return file.string();
    } else if (fs::is_regular_file(status)) {
      return file.string();
    }
    throw Error(
        ErrorCode::kData,
        cat(readable(relative),
            fs::is_directory(file, code) ? ": is a folder; must be a file" : ": no such file"),
        relative.find('\\') == relative.npos
            ? cat("paths are relative to data.root, ", root_.string())
            : std::string("folders are divided by /, not by \\ as on Windows"));
  } catch (const Error& error) {
    throw Error(ErrorCode::kData, cat(at.text(), ": ", error.what()), error.hint());
  }
}

std::string read_table(const fs::path& root, const std::string& relative) {
  const fs::path file = resolve_inside(root, relative);
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) {
    throw Error(ErrorCode::kData, cat(file.string(), ": no such file"),
                "paths are relative to data.root");
  }
  const auto bytes = read_bytes(file);
  return {bytes.begin(), bytes.end()};
}

void require_distinct_names(std::initializer_list<std::span<const Item>> parts,
                            const std::string& list) {
  std::vector<std::string_view> names;
  for (const auto& part : parts) {
    for (const auto& item : part) names.push_back(item.name);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return;
  throw Error(ErrorCode::kData, cat(list, ": ", readable(*twice), " stands twice; must stand once"),
              "a sample that is listed twice counts twice, and may be in two splits");
}

}  // namespace carica::data
