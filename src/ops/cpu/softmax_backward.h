#pragma once

#include <cstddef>

#include "ops/cpu/element.h"
#include "ops/cpu/strip_cut.h"

namespace carica::ops::cpu {

/// The gradient of softmax, or of its logarithm, from its result y.
struct SoftmaxBackward {
  Element element;
  const void *dy, *y;
  void* dx;
  DimLayout layout;
  StripCut cut;         // of short rows
  std::size_t columns;  // of a task, if layout.inner > 1
  bool log;
  bool stream;         // store past the caches
  bool fetch = false;  // columns: ask for what comes next

  /// Columns that are worked on together: kFew, whose sums stay in registers, or as many as stay
  /// in a core's second cache between the two passes. Whole vectors, of any instruction set.
  static std::size_t columns_together(const DimLayout& layout, std::size_t element_bytes);
  static constexpr std::size_t kFew = StripCut::kGroup;
  std::size_t column_strips() const {
    return (static_cast<std::size_t>(layout.inner) + columns - 1) / columns;
  }
  /// Sums of columns, in two parts, and their largest values. A vector may be read behind them.
  static constexpr std::size_t room_values(std::size_t columns) {
    return 3 * columns + StripCut::kGroup;
  }
};

/// Columns (layout.inner > 1). A task is a strip of columns of one outer index. room: room_values()
/// of compute type, aligned to 64.
void softmax_backward_columns(const SoftmaxBackward& work, std::size_t begin, std::size_t end,
                              void* room);
/// The same for kFew columns: long ones, very short ones, or where there are not many.
void softmax_backward_few_columns(const SoftmaxBackward& work, std::size_t begin, std::size_t end);
/// Short contiguous rows. Tasks [begin, end) of the cut. room: cut.room_bytes(), aligned to 64.
void softmax_backward_short_rows(const SoftmaxBackward& work, std::size_t begin, std::size_t end,
                                 void* room);
/// Long contiguous rows [begin, end).
void softmax_backward_long_rows(const SoftmaxBackward& work, std::size_t begin, std::size_t end);

}  // namespace carica::ops::cpu
