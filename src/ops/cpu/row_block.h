#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace carica::ops::cpu {

/// How many long contiguous rows are worked on together: enough that none waits for what is done
/// but once for each, few enough for the first cache. Depends on the shape only.
struct RowBlock {
  static constexpr std::size_t kMost = 16;

  /// size: values of a row. value_bytes: of compute type.
  static std::size_t rows(std::size_t size, std::size_t value_bytes) {
    return std::clamp<std::size_t>(kCache / (size * value_bytes), 1, kMost);
  }
  /// The same where results are stored past the caches and little is computed: fewer, so that
  /// memory is read and written in turns, and such that blocks end where cache lines do, if a few
  /// rows make that so. element_bytes: of a value in memory.
  static std::size_t streamed_rows(std::size_t size, std::size_t element_bytes) {
    constexpr std::size_t kLine = 64, kEnough = 1024;
    const std::size_t row = size * element_bytes, whole = kLine / std::gcd(row, kLine);
    if (whole * row > kCache / 2) return rows(size, element_bytes);
    return std::min(whole * std::max<std::size_t>(1, kEnough / (whole * row)), kMost);
  }
  /// Working memory for a block's values, rows of `pitch` values of which `size` count: whole
  /// vectors. One more may be read behind the last row.
  static constexpr std::size_t pitch(std::size_t size) {
    constexpr std::size_t kVector = 16;
    return (size + kVector - 1) / kVector * kVector;
  }
  static std::size_t room_bytes(std::size_t size, std::size_t value_bytes) {
    if (is_long(size)) return 2 * long_row_values(size) * value_bytes;
    return (rows(size, value_bytes) * pitch(size) + pitch(1)) * value_bytes;
  }

  /// Rows that the first cache does not hold are worked on in parts of kPart bytes.
  static constexpr bool is_long(std::size_t size) { return size >= 8192; }
  static constexpr std::size_t kPart = 4096;
  /// A row's values, and one of each part.
  static constexpr std::size_t long_row_values(std::size_t size) {
    constexpr std::size_t kLeast = kPart / sizeof(double);
    return pitch(size) + pitch((size + kLeast - 1) / kLeast);
  }

 private:
  static constexpr std::size_t kCache = 4 * 1024;
};

}  // namespace carica::ops::cpu
