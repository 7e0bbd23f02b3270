#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace carica::data {

/// What the JSON of COCO's panoptic format says. Source: https://cocodataset.org/#format-data.
struct PanopticAnnotations {
  struct Category {
    std::int64_t id = 0;
    std::string name;
  };
  struct Segment {
    std::uint32_t id = 0;  // red + 256 green + 65536 blue of its pixels
    std::int64_t category = 0;
  };
  struct Picture {
    std::string file_name;  // of the PNG
    std::vector<Segment> segments;
  };
  std::vector<Category> categories;
  std::vector<Picture> pictures;
};

/// Reads it in one pass, without a tree in memory. Opens nothing. Throws Error(kData) for broken
/// JSON, more than 64 levels, and entries without their keys; `name` stands in messages.
PanopticAnnotations parse_panoptic(std::string_view json, const std::string& name);

}  // namespace carica::data
