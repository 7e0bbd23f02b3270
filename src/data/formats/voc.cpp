// PASCAL VOC, segmentation: JPEGImages, SegmentationClass (palette PNGs, 255 is void) and lists of
// stems in ImageSets/Segmentation. Source: http://host.robots.ox.ac.uk/pascal/VOC/voc2012/.
#include <algorithm>
#include <filesystem>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/files/list_file.h"
#include "data/found_items.h"
#include "data/listed_files.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLists = "ImageSets/Segmentation/";

bool has_file(const config::DataConfig& data, const std::string& name) {
  std::error_code ignored;
  return fs::is_regular_file(fs::path(data.root) / name, ignored);
}

std::vector<Item> listed(const config::DataConfig& data, const std::string& list) {
  ListedFiles files(data.root);
  const std::string text = read_table(data.root, list);
  std::vector<Item> items;
  for (const auto& [stem, number] : parse_list(text, list)) {
    const ListedAt at{list, number};
    Item item = files.item(cat("JPEGImages/", stem, ".jpg"), at);
    item.mask = files.find(cat("SegmentationClass/", stem, ".png"), at);
    items.push_back(std::move(item));
  }
  require_distinct_names({items}, list);
  return items;
}

// The official test list of 2012 comes without masks.
bool has_masks(const config::DataConfig& data, const std::string& list) {
  const std::string text = read_table(data.root, list);
  const auto lines = parse_list(text, list);
  return std::any_of(lines.begin(), lines.end(), [&](const ListLine& line) {
    return line.text.size() < 256 && has_file(data, cat("SegmentationClass/", line.text, ".png"));
  });
}

}  // namespace

FoundItems find_voc(const config::Config& config) {
  const auto& data = config.data;
  require_folder(data.root, "data.root");
  FoundItems found;
  found.classes = known_classes(config);
  if (!data.lists.train.empty()) {
    const auto part = [&](const std::string& list) {
      return list.empty() ? std::vector<Item>{} : listed(data, list);
    };
    found.train = part(data.lists.train);
    found.val = part(data.lists.val);
    found.test = part(data.lists.test);
    return found;
  }
  const std::string train = cat(kLists, "train.txt"), val = cat(kLists, "val.txt"),
                    both = cat(kLists, "trainval.txt"), test = cat(kLists, "test.txt");
  if (has_file(data, train) && has_file(data, val)) {
    found.train = listed(data, train);
    found.val = listed(data, val);
  } else if (has_file(data, both)) {
    found.undivided = listed(data, both);
  } else {
    throw Error(ErrorCode::kData,
                cat((fs::path(data.root) / kLists).string(),
                    ": holds neither train.txt and val.txt nor trainval.txt"),
                "data.root names the folder that holds JPEGImages, such as VOCdevkit/VOC2012");
  }
  if (!has_file(data, test)) return found;
  if (has_masks(data, test)) {
    found.test = listed(data, test);
  } else {
    log_info(cat(test, ": has no masks, so there is no test split"));
  }
  return found;
}

}  // namespace carica::data
