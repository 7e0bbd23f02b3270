#include "data/recognition/unknown_layout.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/images/image_io.h"
#include "data/recognition/mask_patterns.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

// "folders a, b; files c.jpg, d.jpg and 7 more".
std::string contents_of(const fs::path& root) {
  const auto folders = list_folders(root);
  const auto files = files_in(root);
  std::string text;
  if (!folders.empty()) text = cat("folders ", join_few(folders));
  if (!files.empty()) text += cat(text.empty() ? "" : "; ", "files ", join_few(files));
  return text.empty() ? "nothing" : readable(text);
}

// The first of the files with one of these endings; "" without one.
template <std::size_t n>
std::string first_with(const std::vector<std::string>& files,
                       const std::array<std::string_view, n>& endings) {
  for (const auto& file : files) {
    const std::string name = lower_case(file);
    if (std::ranges::any_of(endings, [&](auto ending) { return name.ends_with(ending); })) {
      return file;
    }
  }
  return "";
}

// Boxes and outlines of detectors: COCO's and LabelMe's JSON, YOLO's text, Pascal's XML.
std::string outlines_in(const std::vector<std::string>& files) {
  if (auto file = first_with(files, std::array<std::string_view, 2>{".json", ".xml"});
      !file.empty()) {
    return file;
  }
  for (const auto& file : files) {
    const bool in_labels = file.starts_with("labels/") || file.find("/labels/") != file.npos;
    if (in_labels && lower_case(file).ends_with(".txt")) return file;
  }
  return "";
}

std::string advice_on(const fs::path& root, std::optional<config::Task> task) {
  const fs::path base = root / split_folders(list_folders(root)).train;
  if (const auto nested = folders_with_masks(base); !nested.empty()) {
    return cat(readable(join_few(nested)), nested.size() == 1 ? " holds" : " hold",
               " pictures with masks: carica config new ", (base / nested.front()).string(),
               "; or one table of all (docs/data.md, format csv)");
  }
  const auto files = list_files(root);
  const bool classifies = task == config::Task::kClassify;
  if (const auto file = outlines_in(files); !file.empty() && !classifies) {
    return cat(readable(file),
               " and its like are boxes or outlines: carica learns from masks, "
               "which are pictures");
  }
  constexpr std::array<std::string_view, 4> kUnread = {".gif", ".heic", ".heif", ".avif"};
  if (const auto file = first_with(files, kUnread); !file.empty()) {
    return cat(readable(file), ": pictures and masks of this kind are not read: make PNG of them");
  }
  const auto table = first_with(files, std::array<std::string_view, 1>{".csv"});
  if (!table.empty()) {
    return cat(readable(table), " has the columns ", readable(join_few(table_head(root / table))),
               "; must have path and ", task == config::Task::kSegment ? "mask" : "label",
               ", commas between them: docs/data.md");
  }
  if (task == config::Task::kSegment) {
    return "must hold pictures and masks of the same names: images/1.jpg with masks/1.png";
  }
  return "must hold a folder for each class (cat/1.jpg, dog/2.jpg), a table with the columns path "
         "and label, or pictures with masks (images/1.jpg, masks/1.png); docs/data.md shows every "
         "format";
}

}  // namespace

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with('.') && entry.is_regular_file(ignored)) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> table_head(const fs::path& file) {
  constexpr std::size_t kLongest = 4096;
  const auto bytes = read_bytes(file);
  std::string text(bytes.begin(), bytes.begin() + std::min(kLongest, bytes.size()));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  text = text.substr(0, text.find_first_of("\r\n"));
  return split(text, ',');
}

Error unknown_layout(const fs::path& root, std::optional<config::Task> task) {
  return Error(ErrorCode::kData,
               cat(root.string(), ": holds no data set that is known; there: ", contents_of(root)),
               advice_on(root, task));
}

}  // namespace carica::data
