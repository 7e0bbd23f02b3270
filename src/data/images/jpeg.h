#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "data/images/picture.h"
#include "data/images/picture_view.h"
#include "data/images/window.h"

namespace carica::data {

// JPEG by libjpeg-turbo, to RGB as stored (no EXIF orientation). Grey is tripled, CMYK converted.
// Warnings of the decoder about the picture's data are errors, so that a truncated file never
// becomes a half-grey picture. All throw Error(kData). Each thread keeps its decoder for the next
// call.

Picture decode_jpeg(std::span<const std::uint8_t> bytes, std::string_view name);

/// The pixels of a window that lies inside the picture, made by no more work than they need: rows
/// above are only entropy-decoded, rows below not even that, columns beside by whole blocks. With
/// `reduction` 1 they equal decode_jpeg()'s. 2, 4 and 8 decode to a picture of that share of the
/// size, by fewer coefficients of each block; the window is divided by it and rounded down, to one
/// pixel at least. A file without its end marker is truncated, wherever it ends; damage behind the
/// window goes unseen.
void decode_jpeg_part(std::span<const std::uint8_t> bytes, std::string_view name,
                      const Window& window, int reduction, PicturePart& part);

}  // namespace carica::data
