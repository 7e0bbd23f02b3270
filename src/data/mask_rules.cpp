#include "data/mask_rules.h"

#include <array>
#include <cstdint>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {

namespace {

using Histogram = std::array<std::size_t, 256>;

Histogram count_values(const Mask& mask) {
  Histogram counts{};
  for (const auto value : mask.values) ++counts[value];
  return counts;
}

std::string likely_cause(const Histogram& counts, std::size_t classes) {
  std::size_t distinct = 0;
  for (const auto count : counts) distinct += count > 0;
  if (distinct <= 2 && counts[255] > 0) return "a mask of 0 and 255 only: declare data.mask.encoding: binary";
  if (distinct > classes + 8) return "so many values mean an edge-smoothed or lossy mask (JPEG, bilinear resize) or a photograph";
  return "declare it in data.mask.map or as data.mask.ignore_index, or add the class to data.classes";
}

}  // namespace

void apply_mask_rules(Mask& mask, const config::MaskConfig& config, std::size_t classes, const std::string& name) {
  const auto counts = count_values(mask);
  const int ignore = config.ignore_index;
  // What each stored value becomes; -1: not allowed.
  std::array<int, 256> becomes;
  for (int value = 0; value < 256; ++value) {
    int target = value;
    if (config.encoding == "binary") target = value == ignore && ignore != 255 ? ignore : value != 0 ? 1 : 0;
    if (!config.map.empty()) {
      const auto mapped = config.map.find(target);
      target = mapped != config.map.end() ? mapped->second : target == ignore ? ignore : -1;
    }
    const bool allowed = target == ignore || (target >= 0 && static_cast<std::size_t>(target) < classes);
    becomes[static_cast<std::size_t>(value)] = allowed ? target : -1;
  }
  bool changes = false;
  for (std::size_t value = 0; value < 256; ++value) {
    if (counts[value] == 0) continue;
    if (becomes[value] < 0) {
      const double share = static_cast<double>(counts[value]) / static_cast<double>(mask.values.size());
      throw Error(ErrorCode::kData,
                  cat(name, ": mask value ", value, " (", fixed(100 * share, 2), "% of the pixels) is no class; must be 0..", classes - 1, " or ", ignore, " (ignored)"),
                  likely_cause(counts, classes));
    }
    changes = changes || becomes[value] != static_cast<int>(value);
  }
  if (!changes) return;
  for (auto& value : mask.values) value = static_cast<std::uint8_t>(becomes[value]);
}

}  // namespace carica::data
