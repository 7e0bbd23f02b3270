#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "data/images/picture.h"

namespace carica::data {

// PNG by libpng itself: OpenCV turns palette indices into colours, writes none, and accepts files
// that end early.

/// RGB: grey is tripled, palettes are looked up, alpha is dropped, 16 bits are scaled. As stored
/// (no EXIF orientation). Throws Error(kData) for a file that is damaged or ends early.
Picture decode_png(std::span<const std::uint8_t> bytes, std::string_view name);

/// Stored values of a grey or palette PNG of up to 8 bits: palette indices, not colours; alpha is
/// dropped. Throws Error(kData).
Mask decode_index_png(std::span<const std::uint8_t> bytes, std::string_view name);

/// The same of a PNG of 16 bits.
WideMask decode_wide_png(std::span<const std::uint8_t> bytes, std::string_view name);

/// A palette PNG of 8 bits: pixels are the mask's values, which show as `colors` of the same index;
/// values without a colour (ignore) show as mid grey. Throws Error(kIo).
std::vector<std::uint8_t> encode_palette_png(const Mask& mask, std::span<const Colour> colors);

/// Bits per channel as its header says.
int png_bit_depth(std::span<const std::uint8_t> bytes);
/// True for grey (with or without alpha) and palette PNGs, whose pixels are one number each.
bool is_index_png(std::span<const std::uint8_t> bytes);

}  // namespace carica::data
