#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "data/picture.h"

namespace carica::data {

/// Decodes a JPEG to RGB, as stored (no EXIF orientation). Grey is tripled, CMYK converted. Every warning of the decoder is an error, so that
/// a truncated file never becomes a half-grey picture. Throws Error(kData).
Picture decode_jpeg(std::span<const std::uint8_t> bytes, std::string_view name);

}  // namespace carica::data
