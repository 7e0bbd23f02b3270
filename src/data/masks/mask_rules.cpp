#include "data/masks/mask_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {
namespace {

using Histogram = std::vector<std::size_t>;

std::string likely_cause(const Histogram& counts, std::size_t classes) {
  const auto distinct = static_cast<std::size_t>(
      std::count_if(counts.begin(), counts.end(), [](std::size_t n) { return n > 0; }));
  if (distinct <= 2 && counts.size() > 255 && counts[255] > 0) {
    return cat("a mask of 0 and 255: declare data.mask.encoding: binary",
               classes == 2 ? "" : " and two classes");
  }
  if (distinct > classes + 8) {
    return "so many values mean a mask that was resized smoothly or saved as JPEG, or a picture";
  }
  return "map it in data.mask.map, ignore it by data.mask.ignore_index, or add to data.classes; "
         "where 0 is no class and classes count from 1, declare data.mask.reduce_zero_label";
}

std::string allowed_values(const config::MaskConfig& config, std::size_t classes,
                           const config::Palette* palette) {
  const std::string ignored = cat(" or ", config.ignore_index, " (ignored)");
  if (palette != nullptr)
    return cat("a value of data.mask.palette, ", config.palette, ",", ignored);
  if (config.reduce_zero_label) return cat("a class 1..", classes, ", 0 (ignored)", ignored);
  std::vector<std::string> keys;
  for (const auto& [value, target] : config.map) keys.push_back(cat(value));
  return keys.empty() ? cat("a class 0..", classes - 1, ignored)
                      : cat(join(keys), " (data.mask.map)", ignored);
}

// Value in the file -> class index, by the palette.
std::map<int, int> map_of(const config::Palette& palette, int ignore) {
  std::map<int, int> map;
  for (std::size_t c = 0; c < palette.classes.size(); ++c) {
    for (const int value : palette.classes[c].values) map[value] = static_cast<int>(c);
  }
  for (const int value : palette.ignored_values) map[value] = ignore;
  return map;
}

void require_free_ignore_value(const config::MaskConfig& config, std::size_t classes,
                               const char* because) {
  if (config.ignore_index >= static_cast<int>(classes)) return;
  const std::string found = cat("data.mask.ignore_index = ", config.ignore_index,
                                ": is one of the ", classes, " classes; ");
  if (classes > 255) {
    throw Error(ErrorCode::kConfig, cat(found, "there may be 255 beside it"),
                "a mask has one byte per pixel: leave out a class");
  }
  throw Error(ErrorCode::kConfig, cat(found, "must be ", classes, "..255 with ", because),
              "255 is the usual one");
}

// A third class of masks that hold 0 and 1 alone would be in no mask, without an error anywhere.
// `becomes`: what 0 and 1 become.
void require_classes_of_binary(const std::vector<int>& becomes, std::size_t classes, bool mapped,
                               int ignore) {
  const std::string found = "data.mask.encoding = binary: masks hold 0 and 1 alone, and ";
  const std::string hint =
      "masks of more values have the encoding index, with data.mask.map where these are not 0, 1, "
      "2 and so on";
  if (!mapped && classes != 2) {
    throw Error(ErrorCode::kConfig, cat(found, "classes are ", classes, "; must be 2"), hint);
  }
  if (!mapped && ignore < 2) {
    throw Error(
        ErrorCode::kConfig,
        cat("data.mask.ignore_index = ", ignore,
            ": is one of the two classes of data.mask."
            "encoding = binary, and the other would be all that is learned; must be 2..255"),
        "255 is the usual one");
  }
  for (int c = 0; c < static_cast<int>(classes); ++c) {
    if (becomes[0] == c || becomes[1] == c) continue;
    throw Error(ErrorCode::kConfig,
                cat(found, "neither is class ", c, " of 0..", classes - 1,
                    "; each class must be one of them"),
                hint);
  }
}

}  // namespace

MaskRules::MaskRules(const config::MaskConfig& config, std::size_t classes,
                     const config::Palette* palette)
    : allowed_(allowed_values(config, classes, palette)),
      classes_(classes),
      ignore_(config.ignore_index),
      ignores_others_(config.others == "ignore") {
  const int ignore = config.ignore_index;
  const auto valid = [&](int target) {
    return target == ignore || (target >= 0 && target < static_cast<int>(classes));
  };
  for (const auto& [value, target] : config.map) {
    if (valid(target)) continue;
    throw Error(ErrorCode::kConfig,
                cat("data.mask.map: ", value, ": ", target, ": must be a class 0..", classes - 1,
                    " or ", ignore, " (ignored)"));
  }
  if (palette != nullptr) require_free_ignore_value(config, classes, "a palette");
  // Another value than 255 was chosen: a class that is not to be learned.
  if (ignore == config::MaskConfig{}.ignore_index) require_free_ignore_value(config, classes, "");
  if (config.reduce_zero_label) require_free_ignore_value(config, classes, "reduce_zero_label");
  const auto map = palette != nullptr ? map_of(*palette, ignore) : config.map;
  const int highest = map.empty() ? 0 : map.rbegin()->first;
  becomes_.resize(static_cast<std::size_t>(std::max(255, highest)) + 1);
  for (int value = 0; value < static_cast<int>(becomes_.size()); ++value) {
    int target = value;
    if (config.encoding == "binary" && value != 0) {
      // 255 is the usual way to write 1; any other ignore value was chosen.
      target = value == ignore && ignore != 255 ? ignore : 1;
    }
    if (config.reduce_zero_label) target = target == 0 || target == ignore ? ignore : target - 1;
    if (!map.empty()) {
      const auto mapped = map.find(target);
      target = mapped != map.end() ? mapped->second : target == ignore ? ignore : -1;
    }
    becomes_[static_cast<std::size_t>(value)] = valid(target) ? target : -1;
  }
  if (config.encoding == "binary") {
    require_classes_of_binary(becomes_, classes, !map.empty() || config.reduce_zero_label, ignore);
  }
}

void MaskRules::apply(Mask& mask, const std::string& name) const {
  if (ignores_others_) {
    apply_leniently(mask);
    return;
  }
  std::array<std::size_t, 256> counts{};
  for (const auto value : mask.values) ++counts[value];
  for (std::size_t value = 0; value < counts.size(); ++value) {
    if (counts[value] > 0 && becomes(value) < 0) {
      refuse(value, {counts.begin(), counts.end()}, mask.values.size(), name);
    }
  }
  for (auto& value : mask.values) value = static_cast<std::uint8_t>(becomes_[value]);
}

Mask MaskRules::applied(const WideMask& mask, const std::string& name) const {
  if (!ignores_others_) {
    Histogram counts(65536);
    for (const auto value : mask.values) ++counts[value];
    for (std::size_t value = 0; value < counts.size(); ++value) {
      if (counts[value] > 0 && becomes(value) < 0) refuse(value, counts, mask.values.size(), name);
    }
  }
  Mask classes{mask.size, PixelBytes(mask.values.size())};
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    const int target = becomes(mask.values[i]);
    classes.values[i] = static_cast<std::uint8_t>(target >= 0 ? target : ignore_);
  }
  return classes;
}

void MaskRules::apply_leniently(Mask& mask) const {
  for (auto& value : mask.values) {
    const int target = becomes_[value];
    value = static_cast<std::uint8_t>(target >= 0 ? target : ignore_);
  }
}

void MaskRules::refuse(std::size_t value, const std::vector<std::size_t>& counts,
                       std::size_t pixels, const std::string& name) const {
  const double share = static_cast<double>(counts[value]) / static_cast<double>(pixels);
  throw Error(ErrorCode::kData,
              cat(name, ": value ", value, " in ", fixed(100 * share, 2),
                  "% of the mask's pixels; must be ", allowed_),
              likely_cause(counts, classes_));
}

}  // namespace carica::data
