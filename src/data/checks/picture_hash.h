#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "data/images/picture.h"

namespace carica::data {

/// XXH3-128 of size and pixels: equal for equal decoded pictures, whatever files they came from.
struct ContentHash {
  std::uint64_t high = 0, low = 0;
  auto operator<=>(const ContentHash&) const = default;
};
ContentHash content_hash(const Picture& picture);
ContentHash content_hash(const Mask& mask);

/// What is left of a picture that was saved anew, resized or brightened a little.
struct Fingerprint {
  static constexpr int kRows = 8, kColumns = 9;
  /// Bit by bit, row by row: is a cell brighter than its right neighbour? The difference hash of
  /// http://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html.
  std::uint64_t bits = 0;
  std::array<std::uint8_t, kRows * kColumns> grey{};  // mean brightness of each cell

  /// The least and the greatest cell are nearly the same: nothing to recognise a picture by.
  bool is_flat() const;
};
/// Of a picture with at least one pixel.
Fingerprint fingerprint(const Picture& picture);

/// Bits that differ, 0..64.
int bit_distance(const Fingerprint& one, const Fingerprint& other);
/// True when people would call it the same picture: few bits differ, and the cells hardly do.
bool is_near(const Fingerprint& one, const Fingerprint& other);
/// The most bits that differ between near ones.
inline constexpr int kNearBits = 7;

}  // namespace carica::data
