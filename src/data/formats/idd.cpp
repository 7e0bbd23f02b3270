// Indian Driving Dataset, segmentation, with the level3Ids that its tools write.
// Source: https://github.com/AutoNUE/public-code.
#include <filesystem>

#include "core/error.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/formats/city_scenes.h"
#include "data/found_items.h"

namespace carica::data {
namespace {

// Part I has pictures as PNG, part II as JPEG.
std::string picture_ending(const config::DataConfig& data) {
  const auto folder = std::filesystem::path(data.root) / "leftImg8bit/train";
  require_folder(folder, "format idd");
  bool png = false, jpg = false;
  for (const auto& file : list_files(folder)) {
    png = png || file.ends_with("_leftImg8bit.png");
    jpg = jpg || file.ends_with("_leftImg8bit.jpg");
  }
  if (png && jpg) {
    throw Error(ErrorCode::kData,
                cat(folder.string(), ": holds PNG and JPEG pictures; must be one kind"),
                "read both parts as two data sets, or by format csv");
  }
  return jpg ? "jpg" : "png";
}

}  // namespace

FoundItems find_idd(const config::Config& config) {
  const auto& data = config.data;
  require_folder(data.root, "data.root");
  FoundItems found;
  found.classes = known_classes(config);
  const std::string ending = picture_ending(data);
  found.train = find_city_scenes(data, "train", ending, "labellevel3Ids");
  found.val = find_city_scenes(data, "val", ending, "labellevel3Ids");
  tell_of_unlabelled_test(data);
  return found;
}

}  // namespace carica::data
