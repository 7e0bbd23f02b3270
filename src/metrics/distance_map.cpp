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
      // The first column where the new parabola is lower than the last one; not before that one's
      // start, so that the quotient is not negative.
      const auto last = places_[count - 1];
      const auto start = 1 + (value(0, place) - value(0, last)) / (2 * (place - last));
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
  std::vector<std::int64_t> places_, starts_;
};

// square_dilation along a row.
void dilate_row(const std::uint8_t* set, std::uint8_t* out, int width, int radius) {
  int in_window = 0;
  for (int x = 0; x < std::min(radius, width); ++x) in_window += set[x];
  for (int x = 0; x < width; ++x) {
    if (x + radius < width) in_window += set[x + radius];
    out[x] = in_window > 0;
    if (x >= radius) in_window -= set[x - radius];
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
  std::vector<std::uint8_t> ones(set.size()), rows(set.size()), result(set.size());
  for (std::size_t i = 0; i < ones.size(); ++i) ones[i] = set[i] != 0;
  for (int y = 0; y < height; ++y) {
    dilate_row(&ones[index(y, 0, width)], &rows[index(y, 0, width)], width, radius);
  }
  // All columns at once, a row after the other: as memory lies.
  std::vector<int> in_window(static_cast<std::size_t>(width), 0);
  const auto add_row = [&](int y, int sign) {
    const std::uint8_t* row = &rows[index(y, 0, width)];
    for (std::size_t x = 0; x < in_window.size(); ++x) in_window[x] += sign * row[x];
  };
  for (int y = 0; y < std::min(radius, height); ++y) add_row(y, 1);
  for (int y = 0; y < height; ++y) {
    if (y + radius < height) add_row(y + radius, 1);
    std::uint8_t* out = &result[index(y, 0, width)];
    for (std::size_t x = 0; x < in_window.size(); ++x) out[x] = in_window[x] > 0;
    if (y >= radius) add_row(y - radius, -1);
  }
  return result;
}

}  // namespace carica::metrics
