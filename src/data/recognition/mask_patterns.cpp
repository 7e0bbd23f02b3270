#include "data/recognition/mask_patterns.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "core/text.h"
#include "data/files/folder_scan.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

// Usual names, the surer ones first.
constexpr std::array<std::string_view, 9> kPictureFolders = {
    "images", "image", "imgs", "img", "img_dir", "pictures", "photos", "jpegimages", "frames"};
constexpr std::array<std::string_view, 16> kMaskFolders = {
    "masks",         "mask",        "ann_dir",      "annotations",
    "annotation",    "annots",      "segmentation", "segmentationclass",
    "segmentations", "groundtruth", "ground_truth", "gt",
    "labels",        "label",       "targets",      "segmentationclasspng"};
// What masks beside their pictures are called.
constexpr std::array<std::string_view, 9> kMaskEndings = {
    "_mask", "-mask", "_masks", "_segmentation", "_seg", "_label", "_labels", "_gt", "_matte"};

struct File {
  std::string stem, ending;  // "left/a", ".jpg"
};

std::vector<File> pictures_in(const fs::path& folder) {
  std::vector<File> files;
  for (const auto& name : list_files(folder)) {
    if (!has_picture_ending(name)) continue;
    const auto dot = name.rfind('.');
    files.push_back({name.substr(0, dot), name.substr(dot)});
  }
  return files;
}

// ".jpg" where all have it, else ".*".
std::string ending_of(const std::vector<File>& files) {
  std::set<std::string> endings;
  for (const auto& file : files) endings.insert(file.ending);
  return endings.size() == 1 ? *endings.begin() : ".*";
}

// Those of the folders that have one of the names, the surer ones first.
template <std::size_t n>
std::vector<std::string> named(const std::vector<std::string>& folders,
                               const std::array<std::string_view, n>& names) {
  std::vector<std::string> found;
  for (const auto name : names) {
    for (const auto& folder : folders) {
      if (lower_case(folder) == name) found.push_back(folder);
    }
  }
  return found;
}

// What stands behind the longest picture's stem that the mask's stem begins with; nothing where
// there is no such picture.
std::optional<std::string> behind_picture(const std::string& mask,
                                          const std::set<std::string>& pictures) {
  for (std::size_t length = mask.size(); length > 0; --length) {
    if (pictures.contains(mask.substr(0, length))) return mask.substr(length);
  }
  return std::nullopt;
}

// What all names of a list begin and end with, around what differs: "img_" and "_left". Digits are
// parts of numbers, and stay.
struct Frame {
  std::string before, behind;
};

Frame frame_of(const std::vector<File>& files) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string_view before = files.front().stem, behind = before;
  for (const auto& file : files) {
    const std::string_view stem = file.stem;
    before = before.substr(0, std::ranges::mismatch(before, stem).in1 - before.begin());
    while (!stem.ends_with(behind)) behind.remove_prefix(1);
  }
  while (!before.empty() && is_digit(before.back())) before.remove_suffix(1);
  while (!behind.empty() && is_digit(behind.front())) behind.remove_prefix(1);
  if (before.find('/') != before.npos) before = "";
  return {std::string(before), std::string(behind)};
}

std::set<std::string> stems_within(const std::vector<File>& files, const Frame& frame) {
  std::set<std::string> stems;
  const std::size_t around = frame.before.size() + frame.behind.size();
  for (const auto& file : files) {
    if (file.stem.size() <= around) continue;
    stems.insert(file.stem.substr(frame.before.size(), file.stem.size() - around));
  }
  return stems;
}

// img_1.jpg and mask_1.png, a_left.png and a_labels.png: what is left between the frames is alike.
std::optional<MaskPatterns> framed_patterns(const std::vector<File>& pictures,
                                            const std::vector<File>& masks) {
  if (pictures.size() < 2 || masks.size() < 2) return std::nullopt;
  Frame of_pictures = frame_of(pictures), of_masks = frame_of(masks);
  if (of_pictures.before == of_masks.before) of_pictures.before = of_masks.before = "";
  const auto stems = stems_within(pictures, of_pictures);
  const auto found = stems_within(masks, of_masks);
  const auto paired =
      std::ranges::count_if(found, [&](const auto& s) { return stems.contains(s); });
  if (2 * static_cast<std::size_t>(paired) < masks.size()) return std::nullopt;
  const auto pattern = [](const Frame& frame, const std::vector<File>& files) {
    return cat(frame.before, "{stem}", frame.behind, ending_of(files));
  };
  return MaskPatterns{pattern(of_pictures, pictures), pattern(of_masks, masks)};
}

// Patterns of two lists of files: what most masks have behind their pictures' stems.
std::optional<MaskPatterns> patterns_of(const std::vector<File>& pictures,
                                        const std::vector<File>& masks) {
  std::set<std::string> stems;
  for (const auto& picture : pictures) stems.insert(picture.stem);
  std::map<std::string, std::size_t> behind;
  for (const auto& mask : masks) {
    if (const auto text = behind_picture(mask.stem, stems)) ++behind[*text];
  }
  const auto most = std::ranges::max_element(
      behind, [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == behind.end() || 2 * most->second < masks.size()) {
    return framed_patterns(pictures, masks);
  }
  return MaskPatterns{cat("{stem}", ending_of(pictures)),
                      cat("{stem}", most->first, ending_of(masks))};
}

std::optional<MaskPatterns> patterns_of(const fs::path& base, const std::string& pictures,
                                        const std::string& masks) {
  auto found = patterns_of(pictures_in(base / pictures), pictures_in(base / masks));
  if (!found) return found;
  found->images = cat(pictures, "/", found->images);
  found->masks = cat(masks, "/", found->masks);
  return found;
}

void set_splits(MaskPatterns& patterns, const SplitFolders& splits) {
  patterns.train_dir = splits.train;
  patterns.val_dir = splits.val;
  patterns.test_dir = splits.test;
}

// images/train, masks/train: {split} stands in both patterns.
std::optional<MaskPatterns> above_splits(const fs::path& base, const std::string& pictures,
                                         const std::string& masks) {
  auto splits = split_folders(list_folders(base / pictures));
  const auto of_masks = list_folders(base / masks);
  const auto has_masks = [&](const std::string& split) {
    return std::ranges::find(of_masks, split) != of_masks.end();
  };
  if (splits.train.empty() || !has_masks(splits.train)) return std::nullopt;
  if (!has_masks(splits.val)) splits.val.clear();
  if (!has_masks(splits.test)) splits.test.clear();
  auto found = patterns_of(base, cat(pictures, "/", splits.train), cat(masks, "/", splits.train));
  if (!found) return found;
  const auto general = [&](std::string& pattern, const std::string& folder) {
    pattern.replace(folder.size() + 1, splits.train.size(), "{split}");
  };
  general(found->images, pictures);
  general(found->masks, masks);
  set_splits(*found, splits);
  return found;
}

// a.jpg, a_mask.png in one folder.
std::optional<MaskPatterns> side_by_side(const fs::path& base) {
  std::vector<File> pictures, masks;
  for (auto& file : pictures_in(base)) {
    const bool mask = std::ranges::any_of(kMaskEndings, [&](std::string_view ending) {
      return lower_case(file.stem).ends_with(ending);
    });
    (mask ? masks : pictures).push_back(std::move(file));
  }
  if (masks.empty() || 2 * masks.size() < pictures.size()) return std::nullopt;
  return patterns_of(pictures, masks);
}

std::optional<MaskPatterns> within(const fs::path& base) {
  const auto folders = list_folders(base);
  const auto of_pictures = named(folders, kPictureFolders);
  const auto of_masks = named(folders, kMaskFolders);
  if (of_pictures.empty() || of_masks.empty()) return side_by_side(base);
  // What has such a name may hold something else, as VOC's Annotations.
  for (const auto& pictures : of_pictures) {
    for (const auto& masks : of_masks) {
      if (auto found = above_splits(base, pictures, masks)) return found;
      if (auto found = patterns_of(base, pictures, masks)) return found;
    }
  }
  return std::nullopt;
}

}  // namespace

bool are_pictures_and_masks(const std::vector<std::string>& folders) {
  return !named(folders, kPictureFolders).empty() && !named(folders, kMaskFolders).empty();
}

SplitFolders split_folders(std::span<const std::string> folders) {
  SplitFolders found;
  const auto first = [&](std::string_view split) -> std::string {
    const auto folder =
        std::ranges::find_if(folders, [&](const auto& name) { return split_of(name) == split; });
    return folder == folders.end() ? "" : *folder;
  };
  found.train = first("train");
  if (found.train.empty()) return {};
  found.val = first("val");
  found.test = first("test");
  return found;
}

std::optional<MaskPatterns> find_mask_patterns(const fs::path& root) {
  const auto splits = split_folders(list_folders(root));
  if (splits.train.empty()) return within(root);
  auto found = within(root / splits.train);
  if (!found || !found->train_dir.empty()) return std::nullopt;
  set_splits(*found, splits);
  return found;
}

std::vector<std::string> folders_with_masks(const fs::path& base) {
  auto folders = list_folders(base);
  std::erase_if(folders, [&](const auto& folder) { return !find_mask_patterns(base / folder); });
  return folders;
}

}  // namespace carica::data
