#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "data/picture.h"

namespace carica::data {

/// Decodes a grey or palette PNG of up to 8 bits to its stored values: palette indices, not colours. Throws Error(kData), also for PNGs in
/// colour, which are left to the caller: `is_index_png` tells.
Mask decode_index_png(std::span<const std::uint8_t> bytes, std::string_view name);

/// True for grey (up to 8 bits) and palette PNGs.
bool is_index_png(std::span<const std::uint8_t> bytes);

}  // namespace carica::data
