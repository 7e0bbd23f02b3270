#include "data/masks/mask_colors.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"

namespace carica::data {
namespace {

constexpr std::size_t kMostColors = 4096;  // counted for a message; a photograph has more

std::uint32_t packed(int red, int green, int blue) {
  return static_cast<std::uint32_t>(red << 16 | green << 8 | blue);
}

std::string shown(std::uint32_t color) {
  return cat("(", color >> 16, ", ", color >> 8 & 255, ", ", color & 255, ")");
}

bool is_grey(std::uint32_t color) {
  return color >> 16 == (color & 255) && (color >> 8 & 255) == (color & 255);
}

std::string likely_cause(const std::unordered_map<std::uint32_t, std::size_t>& unknown) {
  if (unknown.size() > 64) {
    return "so many colours mean a mask that was resized smoothly or saved as JPEG, or a picture";
  }
  const bool grey = std::all_of(unknown.begin(), unknown.end(),
                                [](const auto& entry) { return is_grey(entry.first); });
  if (grey && unknown.size() > 1) {
    return "a mask of grey values: declare data.mask.encoding: index";
  }
  return "add the colour to the palette (ignored_colors for what does not count), or declare "
         "data.mask.others: ignore";
}

}  // namespace

MaskColors::MaskColors(const config::MaskConfig& config, const config::Palette& palette)
    : palette_(config.palette),
      ignore_(static_cast<std::uint8_t>(config.ignore_index)),
      ignores_others_(config.others == "ignore") {
  for (std::size_t c = 0; c < palette.classes.size(); ++c) {
    const auto& entry = palette.classes[c];
    if (entry.colors.empty()) {
      throw Error(ErrorCode::kConfig,
                  cat(palette_, ": ", entry.name,
                      " has no color; with data.mask.encoding: rgb every class must have one"));
    }
    for (const auto& [red, green, blue] : entry.colors) {
      const auto color = packed(red, green, blue);
      const auto [place, fresh] = classes_.emplace(color, static_cast<std::uint8_t>(c));
      if (fresh) continue;
      throw Error(ErrorCode::kConfig, cat(palette_, ": colour ", shown(color), " stands for ",
                                          palette.classes[place->second].name, " and ", entry.name,
                                          "; with data.mask.encoding: rgb colours must differ"));
    }
  }
  for (const auto& [red, green, blue] : palette.ignored_colors) {
    const auto color = packed(red, green, blue);
    if (classes_.emplace(color, ignore_).second) continue;
    throw Error(ErrorCode::kConfig, cat(palette_, ": colour ", shown(color),
                                        " of ignored_colors is a class's; it must be one of both"));
  }
}

Mask MaskColors::applied(const Picture& picture, const std::string& name) const {
  std::unordered_map<std::uint32_t, std::size_t> unknown;
  Mask mask = look_up(picture, unknown);
  if (unknown.empty() || ignores_others_) return mask;
  const auto most =
      std::max_element(unknown.begin(), unknown.end(), [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second < b.second : a.first > b.first;
      });
  const double share = static_cast<double>(most->second) / static_cast<double>(mask.values.size());
  throw Error(ErrorCode::kData,
              cat(name, ": colour ", shown(most->first), " in ", fixed(100 * share, 2),
                  "% of the mask's pixels; must be a colour of data.mask.palette, ", palette_),
              likely_cause(unknown));
}

Mask MaskColors::applied_leniently(const Picture& picture) const {
  std::unordered_map<std::uint32_t, std::size_t> unknown;
  return look_up(picture, unknown);
}

Mask MaskColors::look_up(const Picture& picture,
                         std::unordered_map<std::uint32_t, std::size_t>& unknown) const {
  Mask mask{picture.size, PixelBytes(picture.pixels.size() / 3)};
  std::uint32_t last = ~0u;  // masks are made of runs
  std::uint8_t last_class = ignore_;
  bool last_known = true;
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    const std::uint8_t* pixel = &picture.pixels[3 * i];
    const auto color = packed(pixel[0], pixel[1], pixel[2]);
    if (color != last) {
      const auto place = classes_.find(color);
      last = color;
      last_known = place != classes_.end();
      last_class = last_known ? place->second : ignore_;
    }
    if (!last_known && (unknown.size() < kMostColors || unknown.contains(color))) ++unknown[color];
    mask.values[i] = last_class;
  }
  return mask;
}

}  // namespace carica::data
