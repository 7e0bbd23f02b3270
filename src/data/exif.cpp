#include "data/exif.h"

#include <cstddef>
#include <cstring>

namespace carica::data {

namespace {

// TIFF numbers in the byte order that the block declares; 0 beyond its end.
struct Tiff {
  std::span<const std::uint8_t> bytes;
  bool big;

  std::uint32_t at16(std::size_t at) const {
    if (at + 2 > bytes.size()) return 0;
    return big ? bytes[at] << 8 | bytes[at + 1] : bytes[at] | bytes[at + 1] << 8;
  }
  std::uint32_t at32(std::size_t at) const {
    return big ? at16(at) << 16 | at16(at + 2) : at16(at) | at16(at + 2) << 16;
  }
};

int orientation_in(std::span<const std::uint8_t> block) {
  constexpr std::uint32_t kOrientation = 0x0112;
  if (block.size() < 8) return 1;
  const Tiff tiff{block, block[0] == 'M'};
  const std::size_t directory = tiff.at32(4);
  const auto entries = tiff.at16(directory);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (tiff.at16(entry) != kOrientation) continue;
    const auto value = tiff.at16(entry + 8);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace

int exif_orientation(std::span<const std::uint8_t> b) {
  std::size_t at = 2;
  while (at + 4 <= b.size() && b[at] == 0xFF && b[at + 1] != 0xDA && b[at + 1] != 0xD9) {
    const std::size_t length = static_cast<std::size_t>(b[at + 2]) << 8 | b[at + 3];
    const bool fits = length >= 2 && at + 2 + length <= b.size();
    if (!fits) return 1;
    if (b[at + 1] == 0xE1 && length >= 8 && std::memcmp(&b[at + 4], "Exif\0\0", 6) == 0) {
      return orientation_in(b.subspan(at + 10, length - 8));
    }
    at += 2 + length;
  }
  return 1;
}

Picture oriented(Picture picture, int orientation) {
  if (orientation <= 1) return picture;
  const int height = picture.size.height, width = picture.size.width;
  const bool swaps = orientation >= 5;
  Picture result;
  result.size = swaps ? Size{width, height} : Size{height, width};
  result.pixels.resize(picture.pixels.size());
  for (int y = 0; y < result.size.height; ++y) {
    for (int x = 0; x < result.size.width; ++x) {
      // Where the pixel comes from, for each of the eight ways.
      int from_y = swaps ? x : y, from_x = swaps ? y : x;
      if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) from_x = width - 1 - from_x;
      if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) from_y = height - 1 - from_y;
      const auto* from = &picture.pixels[(static_cast<std::size_t>(from_y) * width + from_x) * 3];
      std::memcpy(&result.pixels[(static_cast<std::size_t>(y) * result.size.width + x) * 3], from, 3);
    }
  }
  return result;
}

}  // namespace carica::data
