#include "data/crop.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "data/picture_view.h"

namespace carica::data {
namespace {

template <int kChannels>
void crop_bytes(const std::uint8_t* from, Size in, int top, int left, Size size, Border border,
                const std::uint8_t* fill, std::uint8_t* to) {
  const std::size_t in_bytes = static_cast<std::size_t>(in.width) * kChannels;
  const std::size_t out_bytes = static_cast<std::size_t>(size.width) * kChannels;
  // Columns [begin, end) of the window lie inside the picture.
  const int begin = std::clamp(-left, 0, size.width);
  const int end = std::clamp(in.width - left, begin, size.width);
  const auto outside = [&](const std::uint8_t* row, int x) {
    const int place = source_place(left + x, in.width, border);
    for (int c = 0; c < kChannels; ++c) {
      to[static_cast<std::size_t>(x) * kChannels + c] =
          place < 0 ? fill[c] : row[static_cast<std::size_t>(place) * kChannels + c];
    }
  };
  for (int y = 0; y < size.height; ++y, to += out_bytes) {
    const int source = source_place(top + y, in.height, border);
    if (source < 0) {
      for (std::size_t i = 0; i < out_bytes; ++i) to[i] = fill[i % kChannels];
      continue;
    }
    const std::uint8_t* row = from + static_cast<std::size_t>(source) * in_bytes;
    for (int x = 0; x < begin; ++x) outside(row, x);
    if (end > begin) {
      std::memcpy(to + static_cast<std::size_t>(begin) * kChannels,
                  row + static_cast<std::size_t>(left + begin) * kChannels,
                  static_cast<std::size_t>(end - begin) * kChannels);
    }
    for (int x = end; x < size.width; ++x) outside(row, x);
  }
}

}  // namespace

int source_place(int i, int size, Border border) {
  if (i >= 0 && i < size) return i;
  if (border == Border::kConstant) return -1;
  if (border == Border::kEdge || size == 1) return i < 0 ? 0 : size - 1;
  const int repeats = border == Border::kSymmetric ? 1 : 0;
  const int period = 2 * (size - 1 + repeats);
  const int place = ((i % period) + period) % period;
  return place < size ? place : period - repeats - place;
}

Picture crop(const Picture& picture, int top, int left, Size size, Border border, Colour fill) {
  Picture result{size, PixelBytes(pixel_count(size) * 3)};
  crop_bytes<3>(picture.pixels.data(), picture.size, top, left, size, border, fill.data(),
                result.pixels.data());
  return result;
}

Mask crop(const Mask& mask, int top, int left, Size size, Border border, std::uint8_t fill) {
  Mask result{size, PixelBytes(pixel_count(size))};
  crop_bytes<1>(mask.values.data(), mask.size, top, left, size, border, &fill,
                result.values.data());
  return result;
}

}  // namespace carica::data
