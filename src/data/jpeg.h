#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "data/picture.h"

namespace carica::data {

/// Decodes a JPEG to RGB by libjpeg-turbo, as stored (no EXIF orientation). Grey is tripled, CMYK
/// converted. Warnings of the decoder about the picture's data are errors, so that a truncated file
/// never becomes a half-grey picture. Throws Error(kData).
Picture decode_jpeg(std::span<const std::uint8_t> bytes, std::string_view name);

}  // namespace carica::data
