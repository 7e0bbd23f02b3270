#include "data/masks/mask_reader.h"

#include <algorithm>
#include <span>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "data/images/exif.h"
#include "data/images/image_header.h"
#include "data/images/image_io.h"
#include "data/images/png.h"

namespace carica::data {
namespace {

using Bytes = std::span<const std::uint8_t>;

// JPEG may colour grey pixels a little; a mask that does so in more places is one of colours.
constexpr double kMostColored = 0.05;

}  // namespace

MaskReader::MaskReader(const config::MaskConfig& config, std::size_t classes,
                       const config::Palette* palette)
    : config_(config), rules_(config, classes, palette) {
  if (config.encoding != "rgb") return;
  if (palette == nullptr) {
    throw Error(ErrorCode::kConfig,
                "data.mask.encoding = rgb: needs data.mask.palette, which names the colours");
  }
  colors_.emplace(config, *palette);
}

Mask MaskReader::read(const std::string& file) const {
  const auto bytes = read_bytes(file);
  if (image_format(bytes) == ImageFormat::kTiff) {
    throw Error(ErrorCode::kData, cat(file, ": mask as TIFF; must be PNG, BMP or lossless WebP"),
                "save it as PNG, in 8 or 16 bits");
  }
  if (is_lossy(bytes) && config_.lossy == "ignore_strays") return read_lossy(bytes, file);
  if (colors_) {
    require_lossless(bytes, file);
    return colors_->applied(decode_stored(bytes, file), file);
  }
  const bool png = image_format(bytes) == ImageFormat::kPng;
  if (config_.encoding == "index16" && png && png_bit_depth(bytes) == 16 && is_index_png(bytes)) {
    require_within({}, bytes, file);
    return rules_.applied(decode_wide_png(bytes, file), file);
  }
  Mask mask = decode_mask(bytes, file);
  rules_.apply(mask, file);
  return mask;
}

Mask MaskReader::read_lossy(Bytes bytes, const std::string& file) const {
  const Picture picture = decode_stored(bytes, file);
  if (colors_) return colors_->applied_leniently(picture);
  Mask mask{picture.size, PixelBytes(picture.pixels.size() / 3)};
  std::vector<std::size_t> colored;
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    const std::uint8_t* pixel = &picture.pixels[3 * i];
    mask.values[i] = pixel[0];
    if (pixel[0] != pixel[1] || pixel[1] != pixel[2]) colored.push_back(i);
  }
  if (static_cast<double>(colored.size()) >
      kMostColored * static_cast<double>(mask.values.size())) {
    throw Error(ErrorCode::kData,
                cat(file, ": mask in colour; must be three equal channels of class values"),
                "for colours that stand for classes declare data.mask.encoding: rgb and "
                "data.mask.palette");
  }
  if (config_.encoding == "binary") {  // between the two: the nearer one
    const int highest = *std::max_element(mask.values.begin(), mask.values.end());
    if (highest > 0 && highest < 128) {
      throw Error(ErrorCode::kData, cat(file, ": binary mask in a lossy format with values up to ",
                                        highest, "; must hold 0 and 255"));
    }
    for (auto& value : mask.values) value = value < 128 ? 0 : 255;
  }
  rules_.apply_leniently(mask);
  for (const auto i : colored) mask.values[i] = static_cast<std::uint8_t>(config_.ignore_index);
  return mask;
}

Mask MaskReader::as_shown(Mask mask, int orientation, Size shown, const std::string& file) const {
  return data::as_shown(config_, std::move(mask), orientation, shown, file);
}

Mask as_shown(const config::MaskConfig& config, Mask mask, int orientation, Size shown,
              const std::string& file) {
  if (orientation <= 1 || config.orientation == "shown") return mask;
  const Size stored = orientation >= 5 ? Size{shown.width, shown.height} : shown;
  if (config.orientation == "stored" || (mask.size == stored && stored != shown)) {
    return oriented(std::move(mask), orientation);
  }
  if (mask.size == shown && stored == shown) {
    throw Error(ErrorCode::kData,
                cat(file, ": its picture has EXIF orientation ", orientation,
                    ", and the size does not tell whether the mask lies as the pixels are stored "
                    "or as they are shown; data.mask.orientation must say it"),
                "stored: made by a program that ignores EXIF; shown: made by one that obeys it");
  }
  return mask;
}

config::Palette palette_of(const config::Palette& palette, const std::vector<std::string>& classes,
                           const std::string& file) {
  config::Palette chosen;
  chosen.ignored_values = palette.ignored_values;
  chosen.ignored_colors = palette.ignored_colors;
  const auto known = palette.names();
  for (const auto& name : classes) {
    const auto place = std::find(known.begin(), known.end(), name);
    if (place == known.end()) {
      const auto close = nearest(name, known);
      throw Error(ErrorCode::kConfig,
                  cat("data.classes: ", name, ": no such class in data.mask.palette, ", file),
                  close ? cat("did you mean ", *close, "?")
                        : "leave data.classes out to take all of the palette's");
    }
    chosen.classes.push_back(palette.classes[static_cast<std::size_t>(place - known.begin())]);
  }
  return chosen;
}

}  // namespace carica::data
