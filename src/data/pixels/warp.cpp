#include "data/pixels/warp.h"

#include <cstddef>
#include <vector>

#include "data/images/picture_view.h"
#include "data/pixels/rounding.h"

namespace carica::data {
namespace {

// Calls take(source offset in pixels, or -1) for each pixel of a row.
template <typename Take>
void nearest_row(std::span<const double> xs, std::span<const double> ys, Size from, Take&& take) {
  for (std::size_t i = 0; i < xs.size(); ++i) {
    // False for NaN. Beyond a pixel outside nothing is taken, so the conversions below are safe.
    std::ptrdiff_t place = -1;
    if (xs[i] > -1 && xs[i] < from.width && ys[i] > -1 && ys[i] < from.height) {
      const int x = static_cast<int>(round_even(xs[i])), y = static_cast<int>(round_even(ys[i]));
      const bool inside = x >= 0 && x < from.width && y >= 0 && y < from.height;
      if (inside) place = static_cast<std::ptrdiff_t>(y) * from.width + x;
    }
    take(place);
  }
}

void nearest_pixels(const Picture& from, std::span<const double> xs, std::span<const double> ys,
                    const Colour& outside, std::uint8_t* to) {
  nearest_row(xs, ys, from.size, [&](std::ptrdiff_t place) {
    const std::uint8_t* pixel = place < 0 ? outside.data() : from.pixels.data() + place * 3;
    for (int c = 0; c < 3; ++c) to[c] = pixel[c];
    to += 3;
  });
}

// One pixel whose four neighbours are not all inside.
void border_pixel(const Picture& from, int x, int y, const float (&weights)[4], const Fill& fill,
                  std::uint8_t* to) {
  float sums[3] = {}, inside = 0;
  for (int corner = 0; corner < 4; ++corner) {
    const int cx = x + corner % 2, cy = y + corner / 2;
    if (cx < 0 || cy < 0 || cx >= from.size.width || cy >= from.size.height) continue;
    const std::uint8_t* pixel =
        from.pixels.data() + (static_cast<std::size_t>(cy) * from.size.width + cx) * 3;
    for (int c = 0; c < 3; ++c) sums[c] += pixel[c] * weights[corner];
    inside += weights[corner];
  }
  for (int c = 0; c < 3; ++c) {
    const float colour = fill ? (*fill)[c] : 0;
    to[c] = nearest_byte(fill ? (sums[c] - colour) * inside + colour : sums[c]);
  }
}

void bilinear_pixels(const Picture& from, std::span<const double> xs, std::span<const double> ys,
                     const Fill& fill, std::uint8_t* to) {
  const Colour outside = fill.value_or(Colour{0, 0, 0});
  const std::size_t row_bytes = static_cast<std::size_t>(from.size.width) * 3;
  for (std::size_t i = 0; i < xs.size(); ++i, to += 3) {
    if (!(xs[i] > -1 && xs[i] < from.size.width && ys[i] > -1 && ys[i] < from.size.height)) {
      for (int c = 0; c < 3; ++c) to[c] = outside[c];
      continue;
    }
    // The values are over -1, so cutting one that is raised by 1 rounds down.
    const int x = static_cast<int>(xs[i] + 1) - 1, y = static_cast<int>(ys[i] + 1) - 1;
    const float right = static_cast<float>(xs[i] - x), low = static_cast<float>(ys[i] - y);
    const float left = 1 - right, high = 1 - low;
    const float weights[4] = {left * high, right * high, left * low, right * low};
    if (x < 0 || y < 0 || x + 1 >= from.size.width || y + 1 >= from.size.height) {
      border_pixel(from, x, y, weights, fill, to);
      continue;
    }
    const std::uint8_t* upper = from.pixels.data() + static_cast<std::size_t>(y) * row_bytes +
                                static_cast<std::size_t>(x) * 3;
    const std::uint8_t* lower = upper + row_bytes;
    for (int c = 0; c < 3; ++c) {
      to[c] = nearest_byte(upper[c] * weights[0] + upper[c + 3] * weights[1] +
                           lower[c] * weights[2] + lower[c + 3] * weights[3]);
    }
  }
}

// Calls take(y, xs, ys) for each row of the result.
template <typename Take>
void for_rows(const Warp& map, Size size, Take&& take) {
  std::vector<double> xs(size.width), ys(size.width);
  for (int y = 0; y < size.height; ++y) {
    map.row(y, xs, ys);
    take(static_cast<std::size_t>(y), xs, ys);
  }
}

}  // namespace

Picture warp(const Picture& from, const Warp& map, Size size, Sampling sampling, const Fill& fill) {
  Picture result{size, PixelBytes(pixel_count(size) * 3)};
  const Colour outside = fill.value_or(Colour{0, 0, 0});
  for_rows(map, size, [&](std::size_t y, const auto& xs, const auto& ys) {
    std::uint8_t* to = result.pixels.data() + y * size.width * 3;
    if (sampling == Sampling::kNearest) {
      nearest_pixels(from, xs, ys, outside, to);
    } else {
      bilinear_pixels(from, xs, ys, fill, to);
    }
  });
  return result;
}

Mask warp(const Mask& from, const Warp& map, Size size, std::uint8_t outside) {
  Mask result{size, PixelBytes(pixel_count(size))};
  for_rows(map, size, [&](std::size_t y, const auto& xs, const auto& ys) {
    std::uint8_t* to = result.values.data() + y * size.width;
    nearest_row(xs, ys, from.size, [&](std::ptrdiff_t place) {
      *to++ = place < 0 ? outside : from.values[static_cast<std::size_t>(place)];
    });
  });
  return result;
}

void warp_sample(Sample& sample, const Warp& map, Size size, const WarpSettings& settings) {
  sample.picture = warp(sample.picture, map, size, settings.sampling, settings.fill);
  if (!sample.mask.empty()) sample.mask = warp(sample.mask, map, size, settings.outside);
}

}  // namespace carica::data
