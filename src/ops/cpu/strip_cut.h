#pragma once

#include <algorithm>
#include <cstddef>

#include "ops/dim_layout.h"

namespace carica::ops::cpu {

/// How the rows of a softmax are cut into strips: neighbouring ones that one thread works on in the
/// cache. Rows of contiguous values (inner = 1) that are short are worked on as columns, too, side
/// by side in a vector. The cut depends on the shape only, never on the number of threads.
struct StripCut {
  /// Whether rows are worked on in strips; else they are long contiguous ones. The longest short
  /// rows are what was fastest: 16-bit values gain more, their rows' ends being dearer.
  static bool takes(const DimLayout& layout, std::size_t element_bytes) {
    return layout.inner > 1 || layout.size <= (element_bytes == 2 ? 128 : 32);
  }

  std::size_t width = 0;   // rows of a strip; the last of its outer index may have fewer
  std::size_t strips = 0;  // for one outer index
  std::size_t tasks = 0;   // strips of all

  /// value_bytes: of compute type. layout: takes() it; not empty.
  static StripCut of(const DimLayout& layout, std::size_t value_bytes) {
    constexpr std::size_t kCache = 256 * 1024, kLongest = 2048;
    const bool columns = layout.inner > 1;
    const auto along = static_cast<std::size_t>(columns ? layout.inner : layout.outer);
    const std::size_t fits = kCache / (static_cast<std::size_t>(layout.size) * value_bytes);
    // Columns: rows of a strip long enough to be fetched ahead. Short rows: all in the first cache.
    const std::size_t longest = columns ? kLongest : kGroup;
    StripCut cut;
    cut.width = std::min(std::clamp(fits / kGroup * kGroup, kGroup, longest), along);
    cut.strips = (along + cut.width - 1) / cut.width;
    cut.tasks = cut.strips * (columns ? static_cast<std::size_t>(layout.outer) : 1);
    return cut;
  }

  /// What kernels need for one strip: its values in two copies and a block to turn rows in, and a
  /// few values for each row.
  std::size_t room_bytes(const DimLayout& layout, std::size_t value_bytes) const {
    return (3 * static_cast<std::size_t>(layout.size) + kSpares) * padded(width) * value_bytes;
  }
  static constexpr std::size_t kSpares = 8;

  /// Rows are padded to whole groups of vectors, of any instruction set.
  static constexpr std::size_t kGroup = 64;
  static std::size_t padded(std::size_t width) { return (width + kGroup - 1) / kGroup * kGroup; }
};

}  // namespace carica::ops::cpu
