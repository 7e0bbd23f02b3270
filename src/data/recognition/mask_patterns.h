#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carica::data {

/// Which of some folders hold splits: data.train_dir, val_dir and test_dir; "" where none does.
struct SplitFolders {
  std::string train, val, test;
};

/// Nothing where there is no folder for training. Upper and lower case are one.
SplitFolders split_folders(std::span<const std::string> folders);

/// Whether two of the folders are called as those of pictures and of their masks are: images beside
/// masks, img_dir beside ann_dir.
bool are_pictures_and_masks(const std::vector<std::string>& folders);

/// How pictures and masks of a folder find each other: data.images, data.masks and the folders of
/// splits, as format paired_masks has them.
struct MaskPatterns {
  std::string images, masks;
  std::string train_dir = {}, val_dir = {}, test_dir = {};
};

/// By names only. Pictures and masks lie in two folders of usual names (images and masks, img_dir
/// and ann_dir), themselves below folders of splits or above them, or side by side (a.jpg,
/// a_mask.png). A name may have text of its own around what both share (img_1.jpg, mask_1.png).
/// Nothing where there are no masks, or most of them belong to no picture. Throws
/// Error(kData) when a folder cannot be read.
std::optional<MaskPatterns> find_mask_patterns(const std::filesystem::path& root);

/// Folders directly below that hold pictures with masks of their own: data sets beside each other.
/// Taken for classes, their masks would be learned as pictures.
std::vector<std::string> folders_with_masks(const std::filesystem::path& base);

}  // namespace carica::data
