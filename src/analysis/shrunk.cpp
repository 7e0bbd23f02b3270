#include "analysis/shrunk.h"

#include <algorithm>
#include <cmath>

#include "data/images/image_io.h"

namespace carica::analysis {
namespace {

data::Size size_within(data::Size size, int side) {
  const double scale = std::min(1.0, static_cast<double>(side) / std::max(size.height, size.width));
  const auto of = [&](int length) {
    return std::max(1, static_cast<int>(std::lround(length * scale)));
  };
  return {of(size.height), of(size.width)};
}

// Each pixel is that of the picture which its middle lies in.
data::Picture nearest(const data::Picture& picture, data::Size size) {
  data::Picture result;
  result.size = size;
  result.pixels.resize(static_cast<std::size_t>(size.height) * size.width * 3);
  auto* to = result.pixels.data();
  for (int y = 0; y < size.height; ++y) {
    const std::int64_t from_y = (2 * y + 1) * std::int64_t{picture.size.height} / (2 * size.height);
    for (int x = 0; x < size.width; ++x, to += 3) {
      const std::int64_t from_x = (2 * x + 1) * std::int64_t{picture.size.width} / (2 * size.width);
      std::copy_n(
          &picture.pixels[static_cast<std::size_t>(from_y * picture.size.width + from_x) * 3], 3,
          to);
    }
  }
  return result;
}

}  // namespace

data::Picture shrunk(const data::Picture& picture, int side) {
  const auto size = size_within(picture.size, side);
  return size == picture.size ? picture : data::resize_bilinear(picture, size);
}

data::Picture shrunk_flat(const data::Picture& picture, int side) {
  return nearest(picture, size_within(picture.size, side));
}

}  // namespace carica::analysis
