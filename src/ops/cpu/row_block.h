#pragma once

#include <algorithm>
#include <cstddef>

namespace carica::ops::cpu {

/// How many long contiguous rows are worked on together: enough that none waits for what is done
/// but once for each, few enough for the first cache. Depends on the shape only.
struct RowBlock {
  static constexpr std::size_t kMost = 16;

  /// size: values of a row. value_bytes: of compute type.
  static std::size_t rows(std::size_t size, std::size_t value_bytes) {
    constexpr std::size_t kCache = 4 * 1024;
    return std::clamp<std::size_t>(kCache / (size * value_bytes), 1, kMost);
  }

  /// Working memory for a block's values, and for what a vector writes beyond.
  static std::size_t room_bytes(std::size_t size, std::size_t value_bytes) {
    return rows(size, value_bytes) * size * value_bytes + 2 * 64;
  }
};

}  // namespace carica::ops::cpu
