#include "data/pixels/tone.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "data/pixels/color.h"

namespace carica::data {
namespace {

using Table = std::array<std::uint8_t, 256>;
using Histogram = std::array<std::int64_t, 256>;

template <typename Function>
Table table_of(Function&& function) {
  Table table;
  for (int i = 0; i < 256; ++i) table[i] = static_cast<std::uint8_t>(function(i));
  return table;
}

void map_all(Picture& picture, const Table& table) {
  for (std::uint8_t& byte : picture.pixels) byte = table[byte];
}

void map_channels(Picture& picture, const std::array<Table, 3>& tables) {
  std::uint8_t* const pixels = picture.pixels.data();
  for (std::size_t i = 0; i < picture.pixels.size(); i += 3) {
    for (std::size_t c = 0; c < 3; ++c) pixels[i + c] = tables[c][pixels[i + c]];
  }
}

std::array<Histogram, 3> histograms(const Picture& picture) {
  std::array<Histogram, 3> counts{};
  const std::uint8_t* const pixels = picture.pixels.data();
  for (std::size_t i = 0; i < picture.pixels.size(); i += 3) {
    for (std::size_t c = 0; c < 3; ++c) ++counts[c][pixels[i + c]];
  }
  return counts;
}

// The least and the greatest value that occur; 0 and 255 for none.
std::pair<int, int> extremes(const Histogram& counts) {
  int least = 0, greatest = 255;
  while (least < 255 && counts[least] == 0) ++least;
  while (greatest > least && counts[greatest] == 0) --greatest;
  return {least, greatest};
}

Table stretching(const Histogram& counts) {
  const auto [least, greatest] = extremes(counts);
  if (least == greatest) return table_of([](int i) { return i; });
  // torchvision's roundings: a scale, then a division by it.
  const float scale = static_cast<float>(greatest - least) * static_cast<float>(1.0 / 255);
  return table_of([&, low = least](int i) {
    return std::clamp(static_cast<float>(i - low) / scale, 0.0f, 255.0f);
  });
}

Table equalizing(const Histogram& counts) {
  std::int64_t total = 0;
  for (const std::int64_t count : counts) total += count;
  const std::int64_t step = (total - counts[extremes(counts).second]) / 255;
  if (step == 0) return table_of([](int i) { return i; });
  std::int64_t below = 0;
  Table table;
  for (std::size_t i = 0; i < 256; ++i) {
    table[i] =
        i == 0 ? 0
               : static_cast<std::uint8_t>(std::min<std::int64_t>((below + step / 2) / step, 255));
    below += counts[i];
  }
  return table;
}

template <typename Make>
void map_by_histogram(Picture& picture, Make&& make) {
  const auto counts = histograms(picture);
  map_channels(picture, {make(counts[0]), make(counts[1]), make(counts[2])});
}

}  // namespace

void posterize(Picture& picture, int bits) {
  const int mask = (0xFF << (8 - bits)) & 0xFF;
  for (std::uint8_t& byte : picture.pixels) byte &= static_cast<std::uint8_t>(mask);
}

void solarize(Picture& picture, double threshold) {
  map_all(picture, table_of([=](int i) { return i >= threshold ? 255 - i : i; }));
}

void invert(Picture& picture) {
  for (std::uint8_t& byte : picture.pixels) byte = static_cast<std::uint8_t>(255 - byte);
}

void autocontrast(Picture& picture) { map_by_histogram(picture, stretching); }

void equalize(Picture& picture) { map_by_histogram(picture, equalizing); }

void adjust_sharpness(Picture& picture, float factor) {
  if (picture.size.height < 3 || picture.size.width < 3) return;
  const std::size_t row = static_cast<std::size_t>(picture.size.width) * 3;
  const PixelBytes from = picture.pixels;
  const float share = 1.0f - factor;
  for (int y = 1; y + 1 < picture.size.height; ++y) {
    const std::uint8_t* const middle = from.data() + y * row;
    const std::uint8_t* const above = middle - row;
    const std::uint8_t* const below = middle + row;
    std::uint8_t* const to = picture.pixels.data() + y * row;
    for (std::size_t i = 3; i + 3 < row; ++i) {
      const int sum = above[i - 3] + above[i] + above[i + 3] + middle[i - 3] + middle[i + 3] +
                      below[i - 3] + below[i] + below[i + 3] + 5 * middle[i];
      const int mean = (sum + 6) / 13;  // rounded; there are no halves of 13
      const float value =
          static_cast<float>(middle[i]) + static_cast<float>(mean - middle[i]) * share;
      to[i] = static_cast<std::uint8_t>(static_cast<int>(std::min(std::max(value, 0.0f), 255.0f)));
    }
  }
}

void to_grayscale(Picture& picture) { adjust_saturation(picture, 0); }

}  // namespace carica::data
