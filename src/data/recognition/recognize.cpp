#include "data/recognition/recognize.h"

#include <algorithm>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "data/files/csv.h"
#include "data/files/folder_scan.h"
#include "data/images/image_io.h"
#include "data/recognition/mask_patterns.h"
#include "data/recognition/unknown_layout.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

bool has_folder(const fs::path& root, const std::string& name) {
  std::error_code ignored;
  return fs::is_directory(root / name, ignored);
}

bool has_file(const fs::path& root, const std::string& name) {
  std::error_code ignored;
  return fs::is_regular_file(root / name, ignored);
}

bool has_picture(const fs::path& folder) {
  return std::ranges::any_of(list_files(folder),
                             [](const auto& file) { return has_picture_ending(file); });
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// Each of these says whether the folder has the signs of a format, and fills in its keys.
struct Look {
  const fs::path& root;
  config::Task task;
  config::DataConfig& data;
  bool segments() const { return task == config::Task::kSegment; }
};

bool is_papaya(const Look& look) {
  return has_file(look.root, "labels.csv") &&
         table_head(look.root / "labels.csv") ==
             std::vector<std::string>{"name", "label", "ripe_share"};
}

bool is_csv(const Look& look) {
  for (const auto& file : files_in(look.root)) {
    if (!lower_case(file).ends_with(".csv")) continue;
    const auto head = table_head(look.root / file);
    if (!contains(head, "path") || !contains(head, look.segments() ? "mask" : "label")) continue;
    look.data.csv = file;
    return true;
  }
  return false;
}

bool is_cifar(const Look& look) { return has_file(look.root, "data_batch_1.bin"); }

bool is_mnist(const Look& look) {
  constexpr std::string_view kImages = "train-images";
  std::vector<std::string> variants;
  for (const auto& file : list_files(look.root)) {
    const std::string name = fs::path(file).filename().string();
    const auto at = name.find(kImages);
    if (at == std::string::npos || name.find("idx3-ubyte") == std::string::npos) continue;
    variants.push_back(at == 0 ? "" : name.substr(0, at - 1));
  }
  if (variants.empty()) return false;
  look.data.variant = variants.front();
  return true;
}

bool is_voc(const Look& look) {
  look.data.mask.palette = "configs/palettes/voc.yaml";
  const auto has_list = [&](const char* name) {
    return has_file(look.root, cat("ImageSets/Segmentation/", name, ".txt"));
  };
  return has_folder(look.root, "JPEGImages") && has_folder(look.root, "SegmentationClass") &&
         ((has_list("train") && has_list("val")) || has_list("trainval"));
}

bool has_city_labels(const fs::path& root, const std::string& ending) {
  if (!has_folder(root, "leftImg8bit") || !has_folder(root, "gtFine")) return false;
  return std::ranges::any_of(list_files(root / "gtFine"),
                             [&](const auto& file) { return file.ends_with(ending); });
}

bool is_cityscapes(const Look& look) {
  look.data.mask.palette = "configs/palettes/cityscapes.yaml";
  return has_city_labels(look.root, "_labelIds.png");
}

bool is_idd(const Look& look) {
  look.data.mask.palette = "configs/palettes/idd.yaml";
  return has_city_labels(look.root, "_labellevel3Ids.png");
}

bool is_camvid(const Look& look) {
  look.data.mask.palette = "configs/palettes/camvid.yaml";
  return has_folder(look.root, "701_StillsRaw_full") || has_folder(look.root, "trainannot");
}

bool is_ade20k(const Look& look) {
  look.data.mask.palette = "configs/palettes/ade20k.yaml";
  return has_folder(look.root, "images/training") && has_folder(look.root, "annotations/training");
}

bool is_coco(const Look& look) {
  look.data.mask.palette = "configs/palettes/coco_stuff.yaml";
  if (has_folder(look.root, "annotations/panoptic_train2017")) {
    look.data.variant = "panoptic";
    return true;
  }
  return has_folder(look.root, "stuffthingmaps/train2017") ||
         has_folder(look.root, "annotations/train2017");
}

bool is_oxford_pet(const Look& look) {
  return has_folder(look.root, "images") && has_folder(look.root, "annotations/trimaps") &&
         has_file(look.root, "annotations/trainval.txt");
}

bool is_paired_masks(const Look& look) {
  const auto found = find_mask_patterns(look.root);
  if (!found) return false;
  look.data.images = found->images;
  look.data.masks = found->masks;
  look.data.train_dir = found->train_dir;
  look.data.val_dir = found->val_dir;
  look.data.test_dir = found->test_dir;
  return true;
}

// Two classes or more: one alone teaches nothing, and is more likely a folder around the classes.
bool is_image_folder(const Look& look) {
  auto folders = list_folders(look.root);
  const auto splits = split_folders(folders);
  if (!splits.train.empty()) folders = list_folders(look.root / splits.train);
  if (folders.size() < 2 || are_pictures_and_masks(folders)) return false;
  look.data.train_dir = splits.train;
  look.data.val_dir = splits.val;
  look.data.test_dir = splits.test;
  const fs::path base = look.root / splits.train;
  if (!folders_with_masks(base).empty()) return false;
  return std::ranges::any_of(folders,
                             [&](const std::string& folder) { return has_picture(base / folder); });
}

// THE table of signs, in the order in which they are looked for: what is particular comes first.
struct Sign {
  const char* format;
  bool classifies, segments;
  bool (*shows)(const Look& look);
};
constexpr Sign kSigns[] = {
    {"papaya", true, true, is_papaya},
    {"cityscapes", false, true, is_cityscapes},
    {"idd", false, true, is_idd},
    {"voc", false, true, is_voc},
    {"camvid", false, true, is_camvid},
    {"ade20k", false, true, is_ade20k},
    {"coco", false, true, is_coco},
    {"oxford_pet", true, true, is_oxford_pet},
    {"cifar", true, false, is_cifar},
    {"mnist", true, false, is_mnist},
    {"csv", false, true, is_csv},
    {"csv", true, false, is_csv},
    {"paired_masks", false, true, is_paired_masks},
    {"image_folder", true, false, is_image_folder},
};

std::optional<Recognized> recognize_at(const fs::path& root, std::optional<config::Task> task) {
  for (const auto& sign : kSigns) {
    if (task && (*task == config::Task::kSegment ? !sign.segments : !sign.classifies)) continue;
    Recognized found;
    found.task = task.value_or(sign.classifies ? config::Task::kClassify : config::Task::kSegment);
    if (!sign.shows({root, found.task, found.data})) continue;
    found.data.format = sign.format;
    found.data.root = root.string();
    if (found.task == config::Task::kClassify) found.data.mask = {};
    return found;
  }
  return std::nullopt;
}

// The only folder in this one, as archives unpack: archive/pets/cat/1.jpg. "" where there is none.
fs::path only_folder(const fs::path& root) {
  const auto folders = list_folders(root);
  return folders.size() != 1 || is_split_name(folders.front()) ? "" : root / folders.front();
}

}  // namespace

Recognized recognize(const fs::path& root, std::optional<config::Task> task) {
  if (std::error_code ignored; !fs::is_directory(root, ignored)) {
    throw Error(ErrorCode::kData, cat(root.string(), ": no such folder; must be one of pictures"));
  }
  constexpr int kMostFolders = 4;  // around a data set
  fs::path folder = root;
  for (int around = 0; around <= kMostFolders && !folder.empty(); ++around) {
    if (auto found = recognize_at(folder, task)) return *found;
    folder = only_folder(folder);
  }
  throw unknown_layout(root, task);
}

}  // namespace carica::data
