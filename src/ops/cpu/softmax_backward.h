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
  StripCut cut;  // of columns and short rows
  bool log;
  bool stream;  // store past the caches
};

/// Columns (layout.inner > 1). Tasks [begin, end) of the cut.
void softmax_backward_columns(const SoftmaxBackward& work, std::size_t begin, std::size_t end);
/// Short contiguous rows. Tasks [begin, end) of the cut. room: cut.room_bytes(), aligned to 64.
void softmax_backward_short_rows(const SoftmaxBackward& work, std::size_t begin, std::size_t end,
                                 void* room);
/// Long contiguous rows [begin, end).
void softmax_backward_long_rows(const SoftmaxBackward& work, std::size_t begin, std::size_t end);

}  // namespace carica::ops::cpu
