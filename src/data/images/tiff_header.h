#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "data/images/picture.h"

namespace carica::data {

// The first directory of a TIFF file. Nothing is decoded. Source: TIFF 6.0.

/// By the first bytes; BigTIFF is not TIFF here.
bool is_tiff(std::span<const std::uint8_t> bytes);

/// Throws Error(kData) for a directory without a size.
Size tiff_size(std::span<const std::uint8_t> bytes, std::string_view name);

/// Throws Error(kData) for pixels beyond the end of the file (truncated), for a picture that is
/// stored turned or mirrored, and for alpha that the colours are not multiplied by: libtiff would
/// multiply them, and clear parts become black.
void check_tiff(std::span<const std::uint8_t> bytes, std::string_view name);

}  // namespace carica::data
