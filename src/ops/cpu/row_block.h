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
    return std::clamp<std::size_t>(kCache / (size * value_bytes), 1, kMost);
  }
  /// Whole vectors.
  static constexpr std::size_t pitch(std::size_t size) {
    constexpr std::size_t kVector = 16;
    return (size + kVector - 1) / kVector * kVector;
  }
  static std::size_t room_bytes(std::size_t size, std::size_t value_bytes) {
    if (is_long(size)) return 2 * long_row_values(size) * value_bytes;
    return two_blocks_bytes(size, value_bytes);
  }
  /// For the block that is computed, and the one that is written.
  static std::size_t two_blocks_bytes(std::size_t size, std::size_t value_bytes) {
    return 2 * block_values(size, value_bytes) * value_bytes;
  }
  /// Of a block, behind the values of a line, and what a vector may write behind them.
  static std::size_t block_values(std::size_t size, std::size_t value_bytes) {
    return pitch(rows(size, value_bytes) * size) + 2 * kLineValues;
  }
  static constexpr std::size_t kLineValues = 32;  // of 16 bits

  /// Rows that the first cache does not hold are worked on in parts of kPart bytes.
  static constexpr bool is_long(std::size_t size) { return size >= 8192; }
  static constexpr std::size_t kPart = 4096;
  /// A row's values, behind those of a line, and one of each part.
  static constexpr std::size_t long_row_values(std::size_t size) {
    constexpr std::size_t kLeast = kPart / sizeof(double);
    return kLineValues + pitch(size) + pitch((size + kLeast - 1) / kLeast);
  }

 private:
  static constexpr std::size_t kCache = 8 * 1024;
};

}  // namespace carica::ops::cpu
