#include "data/pixels/resize_kernels.h"

#include <algorithm>
#include <cstring>

namespace carica::data {
namespace {

std::uint8_t to_byte(std::int32_t sum, int precision) {
  return static_cast<std::uint8_t>(std::clamp(sum >> precision, 0, 255));
}

void horizontal(const std::uint8_t* from, std::size_t from_bytes, int rows, int in_width,
                const AxisWeights& axis, std::uint8_t* to, int out_width) {
  const std::int32_t half = 1 << (axis.precision - 1);
  for (int y = 0; y < rows; ++y, from += from_bytes) {
    const std::int16_t* weights = axis.weights.data();
    for (int x = 0; x < out_width; ++x, weights += axis.taps, to += 3) {
      const std::uint8_t* pixel = from + static_cast<std::size_t>(axis.first[x]) * 3;
      const int taps = std::min(axis.taps, in_width - axis.first[x]);
      std::int32_t red = half, green = half, blue = half;
      for (int j = 0; j < taps; ++j, pixel += 3) {
        red += weights[j] * pixel[0];
        green += weights[j] * pixel[1];
        blue += weights[j] * pixel[2];
      }
      to[0] = to_byte(red, axis.precision);
      to[1] = to_byte(green, axis.precision);
      to[2] = to_byte(blue, axis.precision);
    }
  }
}

void vertical(const std::uint8_t* const* rows, const std::int16_t* weights, int taps, int precision,
              std::uint8_t* to, std::size_t bytes) {
  constexpr std::size_t kBlock = 256;
  std::int32_t sums[kBlock];
  for (std::size_t begin = 0; begin < bytes; begin += kBlock) {
    const std::size_t count = std::min(kBlock, bytes - begin);
    std::fill_n(sums, count, 1 << (precision - 1));
    for (int j = 0; j < taps; ++j) {
      const std::uint8_t* row = rows[j] + begin;
      const std::int32_t weight = weights[j];
      for (std::size_t i = 0; i < count; ++i) sums[i] += weight * row[i];
    }
    for (std::size_t i = 0; i < count; ++i) to[begin + i] = to_byte(sums[i], precision);
  }
}

}  // namespace

const ResizeKernels& portable_resize_kernels() {
  static constexpr ResizeKernels kPortable{horizontal, vertical};
  return kPortable;
}

const ResizeKernels& resize_kernels() {
  const ResizeKernels* fast = avx2_resize_kernels();
  return fast ? *fast : portable_resize_kernels();
}

}  // namespace carica::data
