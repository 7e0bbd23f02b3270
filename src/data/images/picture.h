#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "data/images/pixel_memory.h"

namespace carica::data {

struct Size {
  int height = 0, width = 0;
  bool operator==(const Size&) const = default;
};

/// Bytes of decoded pixels. PixelBytes(n) may hold anything: whoever needs zeros writes
/// PixelBytes(n, 0).
using PixelBytes = std::vector<std::uint8_t, PixelAllocator<std::uint8_t>>;

/// Red, green and blue.
using Colour = std::array<std::uint8_t, 3>;

/// uint8[height,width,3], RGB, rows without gaps.
struct Picture {
  Size size;
  PixelBytes pixels;
  bool empty() const { return pixels.empty(); }
};

/// uint8[height,width] of class indices, or the ignore value. A type of its own, so that no
/// interpolating resize takes it.
struct Mask {
  Size size;
  PixelBytes values;
  bool empty() const { return values.empty(); }
};

/// uint16[height,width]: the numbers of a mask file of 16 bits, before they become classes.
struct WideMask {
  Size size;
  std::vector<std::uint16_t> values;
};

}  // namespace carica::data
