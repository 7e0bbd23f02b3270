#include "data/recognition/recognize.h"

#include <algorithm>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "data/files/csv.h"
#include "data/files/folder_scan.h"
#include "data/images/image_io.h"
#include "data/recognition/mask_patterns.h"

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

// Names of files directly in the folder, sorted.
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

bool has_picture(const fs::path& folder) {
  return std::ranges::any_of(list_files(folder),
                             [](const auto& file) { return has_picture_ending(file); });
}

// The first line of a table, in fields.
std::vector<std::string> table_head(const fs::path& file) {
  constexpr std::size_t kLongest = 4096;
  const auto bytes = read_bytes(file);
  std::string text(bytes.begin(), bytes.begin() + std::min(kLongest, bytes.size()));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  text = text.substr(0, text.find_first_of("\r\n"));
  return split(text, ',');
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
  return has_folder(look.root, "JPEGImages") && has_folder(look.root, "SegmentationClass") &&
         has_folder(look.root, "ImageSets/Segmentation");
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

bool is_image_folder(const Look& look) {
  const auto folders = list_folders(look.root);
  const auto splits = split_folders(folders);
  if (!splits.train.empty()) {
    look.data.train_dir = splits.train;
    look.data.val_dir = splits.val;
    look.data.test_dir = splits.test;
    return !list_folders(look.root / splits.train).empty() && has_picture(look.root / splits.train);
  }
  return std::ranges::any_of(
      folders, [&](const std::string& folder) { return has_picture(look.root / folder); });
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

// "folders a, b; files c.jpg, d.jpg and 7 more".
std::string contents_of(const fs::path& root) {
  const auto folders = list_folders(root);
  const auto files = files_in(root);
  std::string text;
  if (!folders.empty()) text = cat("folders ", join_few(folders));
  if (!files.empty()) text += cat(text.empty() ? "" : "; ", "files ", join_few(files));
  return text.empty() ? "nothing" : readable(text);
}

// Boxes and polygons of detectors lie where masks are looked for.
std::string advice_on(const fs::path& root, std::optional<config::Task> task) {
  const bool labels = has_folder(root, "labels") || has_folder(root, "train/labels");
  if (labels && task != config::Task::kClassify) {
    return "labels in text files are boxes or outlines: carica learns from masks, which are "
           "pictures";
  }
  if (task == config::Task::kSegment) {
    return "must hold pictures and masks of the same names: images/1.jpg with masks/1.png";
  }
  return "must hold a folder for each class (cat/1.jpg, dog/2.jpg), or pictures with masks "
         "(images/1.jpg, masks/1.png); docs/data.md shows every format";
}

}  // namespace

Recognized recognize(const fs::path& root, std::optional<config::Task> task) {
  if (std::error_code ignored; !fs::is_directory(root, ignored)) {
    throw Error(ErrorCode::kData, cat(root.string(), ": no such folder; must be one of pictures"));
  }
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
  throw Error(ErrorCode::kData,
              cat(root.string(), ": holds no data set that is known; there: ", contents_of(root)),
              advice_on(root, task));
}

}  // namespace carica::data
