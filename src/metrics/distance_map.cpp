#include "metrics/distance_map.h"

#include <algorithm>

namespace carica::metrics {
namespace {

std::size_t index(int y, int x, int width) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
         static_cast<std::size_t>(x);
}

// Distance within each column to the nearest set pixel; `far` where the column has none.
std::vector<int> column_distances(std::span<const std::uint8_t> set, int height, int width,
                                  int far) {
  std::vector<int> result(set.size());
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto i = index(y, x, width);
      const int above = y == 0 ? far : result[index(y - 1, x, width)];
      result[i] = set[i] != 0 ? 0 : std::min(above + 1, far);
    }
  }
  for (int y = height - 2; y >= 0; --y) {
    for (int x = 0; x < width; ++x) {
      const auto i = index(y, x, width);
      result[i] = std::min(result[i], result[index(y + 1, x, width)] + 1);
    }
  }
  return result;
}

// Lower envelope of the parabolas (x - place)^2 + height^2 of one row.
class Envelope {
 public:
  explicit Envelope(int width)
      : places_(static_cast<std::size_t>(width)), starts_(places_.size()) {}

  void row(const int* heights, std::int64_t* out) {
    const auto width = static_cast<std::int64_t>(places_.size());
    const auto value = [&](std::int64_t x, std::int64_t place) {
      return (x - place) * (x - place) + std::int64_t{heights[place]} * heights[place];
    };
    std::size_t count = 0;
    for (std::int64_t place = 0; place < width; ++place) {
      while (count > 0 &&
             value(starts_[count - 1], places_[count - 1]) > value(starts_[count - 1], place)) {
        --count;
      }
      if (count == 0) {
        places_[0] = place;
        starts_[0] = 0;
        count = 1;
        continue;
      }
      // The first column where the new parabola is lower than the last one.
      const auto last = places_[count - 1];
      const auto start = 1 + floor_divided(value(0, place) - value(0, last), 2 * (place - last));
      if (start >= width) continue;
      places_[count] = place;
      starts_[count++] = start;
    }
    for (std::int64_t x = width - 1; x >= 0; --x) {
      while (starts_[count - 1] > x) --count;
      out[x] = value(x, places_[count - 1]);
    }
  }

 private:
  static std::int64_t floor_divided(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0);
  }

  std::vector<std::int64_t> places_, starts_;
};

// One direction of square_dilation: `count` pixels, `stride` apart.
void dilate_line(const std::uint8_t* set, std::uint8_t* out, int count, std::ptrdiff_t stride,
                 int radius) {
  int in_window = 0;
  for (int i = 0; i < std::min(radius, count); ++i) in_window += set[i * stride] != 0;
  for (int i = 0; i < count; ++i) {
    if (i + radius < count) in_window += set[(i + radius) * stride] != 0;
    out[i * stride] = in_window > 0;
    if (i >= radius) in_window -= set[(i - radius) * stride] != 0;
  }
}

}  // namespace

std::vector<std::int64_t> squared_distances(std::span<const std::uint8_t> set, int height,
                                            int width) {
  if (std::all_of(set.begin(), set.end(), [](auto one) { return one == 0; })) {
    return std::vector<std::int64_t>(set.size(), kNoDistance);
  }
  // Larger than every distance in the picture: such a column never wins where another has any.
  const auto columns = column_distances(set, height, width, height + width);
  std::vector<std::int64_t> result(set.size());
  Envelope envelope(width);
  for (int y = 0; y < height; ++y) {
    envelope.row(&columns[index(y, 0, width)], &result[index(y, 0, width)]);
  }
  return result;
}

std::vector<std::uint8_t> square_dilation(std::span<const std::uint8_t> set, int height, int width,
                                          int radius) {
  std::vector<std::uint8_t> rows(set.size()), result(set.size());
  for (int y = 0; y < height; ++y) {
    const auto begin = index(y, 0, width);
    dilate_line(&set[begin], &rows[begin], width, 1, radius);
  }
  for (int x = 0; x < width; ++x) {
    dilate_line(&rows[index(0, x, width)], &result[index(0, x, width)], height, width, radius);
  }
  return result;
}

}  // namespace carica::metrics
