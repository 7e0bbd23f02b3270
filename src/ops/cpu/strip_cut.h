#pragma once

#include <algorithm>
#include <cstddef>

#include "ops/dim_layout.h"

namespace carica::ops::cpu {

/// How the rows of a softmax are cut into strips: kGroup neighbouring ones, which one thread works
/// on side by side, in the first cache if they are short. Rows of contiguous values (inner = 1)
/// that are short are worked on as columns, too. The cut depends on the shape only, never on the
/// number of threads.
struct StripCut {
  /// Rows of a strip: a few vectors, of any instruction set. Measured: wider ones leave the first
  /// cache and gain nothing.
  static constexpr std::size_t kGroup = 64;

  /// Whether rows are worked on in strips; else they are long contiguous ones. longest: of rows
  /// that are worth turning to columns.
  static bool takes(const DimLayout& layout, std::int64_t longest = 32) {
    return layout.inner > 1 || layout.size <= longest;
  }

  std::size_t strips = 0;  // for one outer index; the last may have fewer rows
  std::size_t tasks = 0;   // strips of all
  std::size_t depth = 0;   // strips in memory at once: those being read, worked on and written

  /// value_bytes: of compute type. layout: takes() it; not empty.
  static StripCut of(const DimLayout& layout, std::size_t value_bytes) {
    constexpr std::size_t kLargest = 16 << 20;
    const bool columns = layout.inner > 1;
    const auto along = static_cast<std::size_t>(columns ? layout.inner : layout.outer);
    StripCut cut;
    cut.strips = (along + kGroup - 1) / kGroup;
    cut.tasks = cut.strips * (columns ? static_cast<std::size_t>(layout.outer) : 1);
    const bool large = static_cast<std::size_t>(layout.size) * kGroup * value_bytes > kLargest;
    cut.depth = columns && !large ? 3 : 1;
    return cut;
  }

  /// A strip's values in two copies (not all operators touch both), and a few for each row.
  static std::size_t strip_values(std::size_t size) { return (2 * size + kSpares) * kGroup; }
  static constexpr std::size_t kSpares = 8;
  /// Of columns: a line of results for each value of a row, of 16 bits at least.
  static std::size_t kept_values(std::size_t size) { return size * 32; }

  /// What a kernel needs: `depth` strips, and what waits of columns, or a block to turn short rows
  /// in.
  std::size_t room_bytes(const DimLayout& layout, std::size_t value_bytes) const {
    const auto size = static_cast<std::size_t>(layout.size);
    const std::size_t beside = layout.inner > 1 ? kept_values(size) : size * kGroup;
    return (depth * strip_values(size) + beside) * value_bytes;
  }

  /// Rows are padded to whole groups of vectors.
  static std::size_t padded(std::size_t width) { return (width + kGroup - 1) / kGroup * kGroup; }
};

}  // namespace carica::ops::cpu
