// What several formats ask of data.classes and data.variant.
#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "data/found_items.h"

namespace carica::data {

std::vector<std::string> known_classes(const config::Config& config) {
  const auto& data = config.data;
  if (!data.classes.empty()) return data.classes;
  const std::string palette = data.format == "coco" ? "coco_stuff" : data.format;
  const bool shipped = palette != "csv";
  throw Error(ErrorCode::kConfig,
              cat("data.classes: is empty; with format ", data.format,
                  " they must stand there or in data.mask.palette"),
              shipped ? cat("data: {mask: {palette: configs/palettes/", palette, ".yaml}}")
                      : "data: {classes: [road, car]}");
}

std::string variant_of(const config::Config& config, const std::vector<std::string>& known) {
  const std::string& variant = config.data.variant;
  if (variant.empty()) return known.front();
  if (std::find(known.begin(), known.end(), variant) != known.end()) return variant;
  const auto close = nearest(variant, known);
  throw Error(ErrorCode::kConfig,
              cat("data.variant = ", variant, ": must be ", join(known, " or "), " with format ",
                  config.data.format),
              close ? cat("did you mean ", *close, "?") : "");
}

}  // namespace carica::data
