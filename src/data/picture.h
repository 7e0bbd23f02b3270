// data: pictures and masks from files to batches of bytes. May include core and config. OpenCV is
// seen by the sources here only.
#pragma once

#include <cstdint>
#include <vector>

namespace carica::data {

struct Size {
  int height = 0, width = 0;
  bool operator==(const Size&) const = default;
};

/// uint8[height,width,3], RGB, rows without gaps.
struct Picture {
  Size size;
  std::vector<std::uint8_t> pixels;
  bool empty() const { return pixels.empty(); }
};

/// uint8[height,width] of class indices, or the ignore value. A type of its own, so that no
/// interpolating resize takes it.
struct Mask {
  Size size;
  std::vector<std::uint8_t> values;
  bool empty() const { return values.empty(); }
};

}  // namespace carica::data
