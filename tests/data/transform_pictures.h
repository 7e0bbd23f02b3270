#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "data/images/picture.h"
#include "data/images/picture_view.h"

namespace carica::data {

/// High bytes of a linear congruential generator; tests/golden/make_transforms.py makes the same.
inline PixelBytes noise_bytes(std::size_t count, std::uint32_t seed) {
  PixelBytes bytes(count);
  std::uint32_t state = seed;
  for (std::uint8_t& byte : bytes) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<std::uint8_t>(state >> 24);
  }
  return bytes;
}

inline Picture noise_picture(Size size, std::uint32_t seed) {
  return {size, noise_bytes(pixel_count(size) * 3, seed)};
}

inline Mask noise_mask(Size size, std::uint32_t seed) {
  return {size, noise_bytes(pixel_count(size), seed)};
}

/// Each pixel is (row, column, seed), so that a test can tell where a pixel came from.
inline Picture place_picture(Size size, std::uint8_t seed = 0) {
  Picture picture{size, PixelBytes(pixel_count(size) * 3)};
  std::uint8_t* pixel = picture.pixels.data();
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x, pixel += 3) {
      pixel[0] = static_cast<std::uint8_t>(y);
      pixel[1] = static_cast<std::uint8_t>(x);
      pixel[2] = seed;
    }
  }
  return picture;
}

/// (row * 7 + column) modulo 251: what place_picture's pixel at the same place implies.
inline std::uint8_t place_value(int y, int x) {
  return static_cast<std::uint8_t>((y * 7 + x) % 251);
}
inline Mask place_mask(Size size) {
  Mask mask{size, PixelBytes(pixel_count(size))};
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      mask.values[static_cast<std::size_t>(y) * size.width + x] = place_value(y, x);
    }
  }
  return mask;
}

inline int greatest_difference(const PixelBytes& a, const PixelBytes& b) {
  if (a.size() != b.size()) return 256;
  int greatest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) greatest = std::max(greatest, std::abs(a[i] - b[i]));
  return greatest;
}

}  // namespace carica::data
