#include "data/checks/picture_hash.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <numeric>
#include <span>
#include <string>

#include "core/checksum.h"
#include "data/images/picture_view.h"
#include "data/pixels/resize.h"

namespace carica::data {
namespace {

ContentHash hash_of(Size size, const PixelBytes& pixels) {
  const std::array<std::int32_t, 2> sides = {size.height, size.width};
  Checksum checksum;
  checksum.update(std::as_bytes(std::span(sides)));
  checksum.update(std::as_bytes(std::span(pixels)));
  const std::string hex = checksum.hex();
  return {std::stoull(hex.substr(0, 16), nullptr, 16), std::stoull(hex.substr(16), nullptr, 16)};
}

}  // namespace

ContentHash content_hash(const Picture& picture) { return hash_of(picture.size, picture.pixels); }
ContentHash content_hash(const Mask& mask) { return hash_of(mask.size, mask.values); }

bool Fingerprint::is_flat() const {
  constexpr int kLeastContrast = 12;
  const auto [low, high] = std::minmax_element(grey.begin(), grey.end());
  return *high - *low < kLeastContrast;
}

Fingerprint fingerprint(const Picture& picture) {
  const Picture cells = resize_area(view(picture), {Fingerprint::kRows, Fingerprint::kColumns});
  Fingerprint result;
  for (std::size_t i = 0; i < result.grey.size(); ++i) {
    const std::uint8_t* rgb = &cells.pixels[3 * i];
    // ITU-R BT.601.
    result.grey[i] =
        static_cast<std::uint8_t>((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
  }
  int bit = 0;
  for (int row = 0; row < Fingerprint::kRows; ++row) {
    for (int column = 0; column + 1 < Fingerprint::kColumns; ++column, ++bit) {
      const auto* cell =
          &result.grey[static_cast<std::size_t>(row * Fingerprint::kColumns + column)];
      if (cell[0] > cell[1]) result.bits |= std::uint64_t{1} << bit;
    }
  }
  return result;
}

int bit_distance(const Fingerprint& one, const Fingerprint& other) {
  return std::popcount(one.bits ^ other.bits);
}

bool is_near(const Fingerprint& one, const Fingerprint& other) {
  if (bit_distance(one, other) > kNearBits) return false;
  // Grey levels; what is brighter or darker as a whole may be so by more.
  constexpr int kBrighter = 25, kMeanStep = 5, kLargestStep = 24;
  const int cells = static_cast<int>(one.grey.size());
  int brighter = 0;
  for (std::size_t i = 0; i < one.grey.size(); ++i) brighter += one.grey[i] - other.grey[i];
  brighter /= cells;
  if (std::abs(brighter) > kBrighter) return false;
  int sum = 0, largest = 0;
  for (std::size_t i = 0; i < one.grey.size(); ++i) {
    const int step = std::abs(one.grey[i] - other.grey[i] - brighter);
    sum += step;
    largest = std::max(largest, step);
  }
  return largest <= kLargestStep && sum <= kMeanStep * cells;
}

}  // namespace carica::data
