#include "data/mask_rules.h"

#include <cstdint>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {
namespace {

using Histogram = std::array<std::size_t, 256>;

std::string likely_cause(const Histogram& counts, std::size_t classes) {
  std::size_t distinct = 0;
  for (const auto count : counts) distinct += count > 0 ? 1 : 0;
  if (distinct <= 2 && counts[255] > 0) {
    return "a mask of 0 and 255: declare data.mask.encoding: binary";
  }
  if (distinct > classes + 8) {
    return "so many values mean a mask that was resized smoothly or saved as JPEG, or a picture";
  }
  return "map it in data.mask.map, ignore it by data.mask.ignore_index, or add to data.classes";
}

std::string allowed_values(const config::MaskConfig& config, std::size_t classes) {
  std::vector<std::string> keys;
  for (const auto& [value, target] : config.map) keys.push_back(cat(value));
  const std::string values =
      keys.empty() ? cat("a class 0..", classes - 1) : cat(join(keys), " (data.mask.map)");
  return cat(values, " or ", config.ignore_index, " (ignored)");
}

}  // namespace

MaskRules::MaskRules(const config::MaskConfig& config, std::size_t classes)
    : allowed_(allowed_values(config, classes)), classes_(classes) {
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
  for (int value = 0; value < 256; ++value) {
    int target = value;
    if (config.encoding == "binary" && value != 0) {
      // 255 is the usual way to write 1; any other ignore value was chosen.
      target = value == ignore && ignore != 255 ? ignore : 1;
    }
    if (!config.map.empty()) {
      const auto mapped = config.map.find(target);
      target = mapped != config.map.end() ? mapped->second : target == ignore ? ignore : -1;
    }
    becomes_[static_cast<std::size_t>(value)] = valid(target) ? target : -1;
  }
}

void MaskRules::apply(Mask& mask, const std::string& name) const {
  Histogram counts{};
  for (const auto value : mask.values) ++counts[value];
  for (std::size_t value = 0; value < counts.size(); ++value) {
    if (counts[value] == 0 || becomes_[value] >= 0) continue;
    const double share =
        static_cast<double>(counts[value]) / static_cast<double>(mask.values.size());
    throw Error(ErrorCode::kData,
                cat(name, ": value ", value, " in ", fixed(100 * share, 2),
                    "% of the mask's pixels; must be ", allowed_),
                likely_cause(counts, classes_));
  }
  for (auto& value : mask.values) value = static_cast<std::uint8_t>(becomes_[value]);
}

}  // namespace carica::data
