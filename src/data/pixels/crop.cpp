#include "data/pixels/crop.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "data/images/picture_view.h"

namespace carica::data {
namespace {

template <int kChannels>
void crop_bytes(const std::uint8_t* from, Size in, std::size_t in_bytes, const Window& place,
                Border border, const std::uint8_t* fill, std::uint8_t* to) {
  const int top = place.top, left = place.left;
  const Size size = place.size;
  const std::size_t out_bytes = static_cast<std::size_t>(size.width) * kChannels;
  // Columns [begin, end) of the window lie inside the picture.
  const int begin = std::clamp(-left, 0, size.width);
  const int end = std::clamp(in.width - left, begin, size.width);
  const auto outside = [&](const std::uint8_t* row, int x) {
    const int column = source_place(left + x, in.width, border);
    for (int c = 0; c < kChannels; ++c) {
      to[static_cast<std::size_t>(x) * kChannels + c] =
          column < 0 ? fill[c] : row[static_cast<std::size_t>(column) * kChannels + c];
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

void crop(const PictureView& picture, const Window& place, Border border, Colour fill,
          std::uint8_t* to) {
  crop_bytes<3>(picture.pixels, picture.size, picture.row_bytes, place, border, fill.data(), to);
}

void crop(const MaskView& mask, const Window& place, Border border, std::uint8_t fill,
          std::uint8_t* to) {
  crop_bytes<1>(mask.values, mask.size, mask.row_bytes, place, border, &fill, to);
}

Picture copy_of(const PictureView& picture) {
  Picture copy{picture.size, PixelBytes(pixel_count(picture.size) * 3)};
  crop(picture, whole(picture.size), Border::kConstant, {}, copy.pixels.data());
  return copy;
}

Mask copy_of(const MaskView& mask) {
  Mask copy{mask.size, PixelBytes(pixel_count(mask.size))};
  crop(mask, whole(mask.size), Border::kConstant, 0, copy.values.data());
  return copy;
}

Picture crop(const Picture& picture, int top, int left, Size size, Border border, Colour fill) {
  Picture result{size, PixelBytes(pixel_count(size) * 3)};
  crop(view(picture), {top, left, size}, border, fill, result.pixels.data());
  return result;
}

Mask crop(const Mask& mask, int top, int left, Size size, Border border, std::uint8_t fill) {
  Mask result{size, PixelBytes(pixel_count(size))};
  crop(view(mask), {top, left, size}, border, fill, result.values.data());
  return result;
}

}  // namespace carica::data
