#include "metrics/near_pixels.h"

#include <algorithm>
#include <cmath>

namespace carica::metrics {
namespace {

std::size_t index(int y, int x, int width) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
         static_cast<std::size_t>(x);
}

// Distance within each column to the nearest set pixel, or `far` where that is larger.
std::vector<std::uint16_t> column_distances(std::span<const std::uint8_t> set, int height,
                                            int width, std::uint16_t far) {
  const auto columns = static_cast<std::size_t>(width);
  std::vector<std::uint16_t> result(set.size());
  const auto step = [&](std::uint16_t* own, const std::uint16_t* neighbor) {
    for (std::size_t x = 0; x < columns; ++x) {
      own[x] = std::min<std::uint16_t>(own[x], static_cast<std::uint16_t>(neighbor[x] + 1));
    }
  };
  for (std::size_t i = 0; i < set.size(); ++i) result[i] = set[i] != 0 ? 0 : far;
  for (int y = 1; y < height; ++y)
    step(&result[index(y, 0, width)], &result[index(y - 1, 0, width)]);
  for (int y = height - 2; y >= 0; --y) {
    step(&result[index(y, 0, width)], &result[index(y + 1, 0, width)]);
  }
  return result;
}

// square_dilation along a row.
void dilate_row(const std::uint8_t* set, std::uint8_t* out, int width, int radius) {
  int last = -radius - 1;  // the last set pixel up to x
  for (int x = 0; x < width; ++x) {
    last = set[x] != 0 ? x : last;
    out[x] = x - last <= radius;
  }
  last = width + radius;  // the first one from x on
  for (int x = width - 1; x >= 0; --x) {
    last = set[x] != 0 ? x : last;
    out[x] |= static_cast<std::uint8_t>(last - x <= radius);
  }
}

}  // namespace

std::int64_t count_near(std::span<const std::uint8_t> of, std::span<const std::uint8_t> set,
                        int height, int width, std::int64_t farthest) {
  const auto reach = static_cast<int>(std::min<std::int64_t>(
      static_cast<std::int64_t>(std::sqrt(static_cast<double>(farthest))) + 1, 30'000));
  const auto columns = column_distances(set, height, width, static_cast<std::uint16_t>(reach + 1));
  std::int64_t count = 0;
  for (int y = 0; y < height; ++y) {
    const auto* row = &columns[index(y, 0, width)];
    const auto near = [&](int x) {
      for (int other = std::max(0, x - reach); other <= std::min(width - 1, x + reach); ++other) {
        const std::int64_t dx = other - x, dy = row[other];
        if (dx * dx + dy * dy <= farthest) return true;
      }
      return false;
    };
    for (int x = 0; x < width; ++x) count += of[index(y, x, width)] != 0 && near(x);
  }
  return count;
}

std::vector<std::uint8_t> square_dilation(std::span<const std::uint8_t> set, int height, int width,
                                          int radius) {
  std::vector<std::uint8_t> rows(set.size()), result(set.size());
  for (int y = 0; y < height; ++y) {
    dilate_row(&set[index(y, 0, width)], &rows[index(y, 0, width)], width, radius);
  }
  // All columns at once, a row after the other: as memory lies.
  std::vector<std::uint32_t> in_window(static_cast<std::size_t>(width), 0);
  const auto columns = in_window.size();
  for (int y = 0; y < std::min(radius, height); ++y) {
    const std::uint8_t* row = &rows[index(y, 0, width)];
    for (std::size_t x = 0; x < columns; ++x) in_window[x] += row[x];
  }
  for (int y = 0; y < height; ++y) {
    if (y + radius < height) {
      const std::uint8_t* row = &rows[index(y + radius, 0, width)];
      for (std::size_t x = 0; x < columns; ++x) in_window[x] += row[x];
    }
    std::uint8_t* out = &result[index(y, 0, width)];
    for (std::size_t x = 0; x < columns; ++x) out[x] = in_window[x] > 0;
    if (y >= radius) {
      const std::uint8_t* row = &rows[index(y - radius, 0, width)];
      for (std::size_t x = 0; x < columns; ++x) in_window[x] -= row[x];
    }
  }
  return result;
}

}  // namespace carica::metrics
