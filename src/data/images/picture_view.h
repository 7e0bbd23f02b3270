#pragma once

#include <cstddef>
#include <cstdint>

#include "data/images/picture.h"

namespace carica::data {

/// A window of a picture that somebody else owns: uint8[height,width,3], rows `row_bytes` apart.
struct PictureView {
  const std::uint8_t* pixels = nullptr;
  Size size;
  std::size_t row_bytes = 0;
};

/// A part of a picture. `view` is the part; `pixels` hold it and what could not be left out beside
/// it.
struct PicturePart {
  PixelBytes pixels;
  PictureView view;
};

/// A window of a mask: uint8[height,width]. A type of its own, as Mask is.
struct MaskView {
  const std::uint8_t* values = nullptr;
  Size size;
  std::size_t row_bytes = 0;
};

/// The window whose upper left corner is (top, left); it must lie inside.
inline PictureView window(const Picture& picture, int top, int left, Size size) {
  const std::size_t row_bytes = static_cast<std::size_t>(picture.size.width) * 3;
  return {picture.pixels.data() + top * row_bytes + static_cast<std::size_t>(left) * 3, size,
          row_bytes};
}
inline MaskView window(const Mask& mask, int top, int left, Size size) {
  const std::size_t row_bytes = static_cast<std::size_t>(mask.size.width);
  return {mask.values.data() + top * row_bytes + left, size, row_bytes};
}

inline PictureView view(const Picture& picture) { return window(picture, 0, 0, picture.size); }
inline MaskView view(const Mask& mask) { return window(mask, 0, 0, mask.size); }

/// Pixels of a size, wide enough for any size.
inline std::size_t pixel_count(Size size) {
  return static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width);
}

}  // namespace carica::data
