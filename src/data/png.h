#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "data/picture.h"

namespace carica::data {

// PNG by libpng itself: OpenCV turns palette indices into colours and accepts files that end early.

/// RGB: grey is tripled, palettes are looked up, alpha is dropped, 16 bits are scaled. As stored
/// (no EXIF orientation). Throws Error(kData) for a file that is damaged or ends early.
Picture decode_png(std::span<const std::uint8_t> bytes, std::string_view name);

/// Stored values of a grey or palette PNG of up to 8 bits: palette indices, not colours; alpha is
/// dropped. Throws Error(kData).
Mask decode_index_png(std::span<const std::uint8_t> bytes, std::string_view name);

/// The same of a PNG of 16 bits.
WideMask decode_wide_png(std::span<const std::uint8_t> bytes, std::string_view name);

/// Bits per channel as its header says.
int png_bit_depth(std::span<const std::uint8_t> bytes);
/// True for grey (with or without alpha) and palette PNGs, whose pixels are one number each.
bool is_index_png(std::span<const std::uint8_t> bytes);

}  // namespace carica::data
