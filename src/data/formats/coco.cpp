// COCO. data.variant stuff: PNGs of numbers, as COCO-Stuff has them, in stuffthingmaps/train2017 or
// annotations/train2017. panoptic: PNGs of segment ids (red + 256 green + 65536 blue) in
// annotations/panoptic_train2017, and what they are in panoptic_train2017.json beside it.
// Source: https://cocodataset.org/#format-data and https://github.com/nightrome/cocostuff.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <unordered_map>

#include "core/error.h"
#include "core/file_system.h"
#include "core/text.h"
#include "data/files/folder_scan.h"
#include "data/formats/panoptic_json.h"
#include "data/formats/stem_pairs.h"
#include "data/found_items.h"
#include "data/images/exif.h"
#include "data/images/image_io.h"
#include "data/listed_files.h"
#include "data/masks/mask_reader.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

bool has_folder(const config::DataConfig& data, const std::string& name) {
  std::error_code ignored;
  return fs::is_directory(fs::path(data.root) / name, ignored);
}

// "images/train2017" or "train2017".
std::string picture_folder(const config::DataConfig& data, const std::string& split) {
  return has_folder(data, "images/" + split) ? "images/" + split : split;
}

FoundItems find_stuff(const config::Config& config) {
  const auto& data = config.data;
  const auto pairs = [&](const std::string& split) {
    const std::string maps =
        has_folder(data, "stuffthingmaps/" + split) ? "stuffthingmaps/" : "annotations/";
    return find_stem_pairs(data.root, "",
                           StemPattern("format coco", picture_folder(data, split) + "/{stem}.jpg"),
                           StemPattern("format coco", maps + split + "/{stem}.png"));
  };
  FoundItems found;
  found.classes = known_classes(config);
  found.train = pairs("train2017");
  found.val = pairs("val2017");
  return found;
}

// The classes of the segments of every PNG.
class PanopticMasks {
 public:
  using Segments = std::unordered_map<std::uint32_t, int>;  // id -> class, -1: not chosen

  explicit PanopticMasks(const config::DataConfig& data)
      : config_(data.mask), limits_{.allow_tiff = data.allow_tiff} {}

  void add(const std::string& file, Segments segments) { of_file_[file] = std::move(segments); }

  Sample load(const Item& item) const {
    const auto bytes = read_bytes(item.path);
    Sample sample;
    sample.picture = decode_picture(bytes, item.path, limits_);
    const Size size = sample.picture.size;
    sample.mask =
        as_shown(config_, read_classes(item.mask), exif_orientation(bytes), size, item.mask);
    const Size own = sample.mask.size;
    if (own != size) {
      throw Error(ErrorCode::kData,
                  cat(item.mask, ": mask of ", own.width, "x", own.height, "; must be ", size.width,
                      "x", size.height, " as its picture ", item.path));
    }
    return sample;
  }

 private:
  Mask read_classes(const std::string& file) const {
    const auto bytes = read_bytes(file);
    require_lossless(bytes, file);
    const Picture ids = decode_stored(bytes, file);
    const Segments& segments = of_file_.at(file);
    Mask mask{ids.size, PixelBytes(ids.pixels.size() / 3)};
    std::uint32_t last = 0;
    int last_class = config_.ignore_index;
    for (std::size_t i = 0; i < mask.values.size(); ++i) {
      const std::uint8_t* p = &ids.pixels[3 * i];
      const std::uint32_t id = p[0] | std::uint32_t{p[1]} << 8 | std::uint32_t{p[2]} << 16;
      if (id != last) last_class = class_of(id, segments, file);
      last = id;
      mask.values[i] = static_cast<std::uint8_t>(last_class);
    }
    return mask;
  }

  int class_of(std::uint32_t id, const Segments& segments, const std::string& file) const {
    if (id == 0) return config_.ignore_index;  // of no segment
    const auto place = segments.find(id);
    if (place != segments.end() && place->second >= 0) return place->second;
    if (place != segments.end() && config_.others == "ignore") return config_.ignore_index;
    throw Error(ErrorCode::kData,
                cat(file, ": segment ", id,
                    place == segments.end() ? ": its JSON does not name it"
                                            : ": its category is none of data.classes"),
                place == segments.end() ? "PNGs and JSON must come from one release"
                                        : "declare data.mask.others: ignore to leave it out");
  }

  std::map<std::string, Segments> of_file_;
  config::MaskConfig config_;
  DecodeLimits limits_;
};

PanopticAnnotations read_annotations(const config::DataConfig& data, const std::string& split) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
  const fs::path file = fs::path(data.root) / cat("annotations/panoptic_", split, ".json");
  try {
    return parse_panoptic(FileSystem::real().read(file, kMostBytes), file.string());
  } catch (const Error& error) {
    throw Error(ErrorCode::kData, error.what(), error.hint());
  }
}

std::vector<Item> panoptic_split(const config::DataConfig& data, const std::string& split,
                                 std::vector<std::string>& classes, PanopticMasks& masks) {
  const auto annotations = read_annotations(data, split);
  if (classes.empty()) {
    for (const auto& category : annotations.categories) classes.push_back(category.name);
  }
  std::map<std::int64_t, int> class_of;
  for (const auto& category : annotations.categories) {
    const auto place = std::find(classes.begin(), classes.end(), category.name);
    class_of[category.id] = place == classes.end() ? -1 : static_cast<int>(place - classes.begin());
  }
  const std::string json = cat("panoptic_", split, ".json");
  ListedFiles files(data.root);
  std::vector<Item> items;
  for (std::size_t i = 0; i < annotations.pictures.size(); ++i) {
    const auto& picture = annotations.pictures[i];
    const ListedAt at{json, i};  // there are no lines: the place in the list
    const std::string stem = picture.file_name.substr(0, picture.file_name.rfind('.'));
    Item item = files.item(cat(picture_folder(data, split), "/", stem, ".jpg"), at);
    item.mask = files.find(cat("annotations/panoptic_", split, "/", picture.file_name), at);
    PanopticMasks::Segments segments;
    for (const auto& segment : picture.segments) {
      const auto known = class_of.find(segment.category);
      segments[segment.id] = known == class_of.end() ? -1 : known->second;
    }
    masks.add(item.mask, std::move(segments));
    items.push_back(std::move(item));
  }
  require_distinct_names({items}, json);
  std::sort(items.begin(), items.end(),
            [](const Item& a, const Item& b) { return a.name < b.name; });
  return items;
}

FoundItems find_panoptic(const config::Config& config) {
  const auto& data = config.data;
  FoundItems found;
  found.classes = data.classes;
  auto masks = std::make_shared<PanopticMasks>(data);
  found.train = panoptic_split(data, "train2017", found.classes, *masks);
  found.val = panoptic_split(data, "val2017", found.classes, *masks);
  found.load = [masks](const Item& item) { return masks->load(item); };
  return found;
}

}  // namespace

FoundItems find_coco(const config::Config& config) {
  require_folder(config.data.root, "data.root");
  const bool panoptic = variant_of(config, {"stuff", "panoptic"}) == "panoptic";
  return panoptic ? find_panoptic(config) : find_stuff(config);
}

}  // namespace carica::data
