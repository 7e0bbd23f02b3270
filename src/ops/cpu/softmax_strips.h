#pragma once

#include <cstddef>

#include "ops/cpu/element.h"
#include "ops/cpu/strip_cut.h"

namespace carica::ops::cpu {

/// Softmax, strip by strip.
struct SoftmaxStrips {
  Element element;
  const void* x;
  void* y;
  DimLayout layout;
  StripCut cut;
  bool log;
  bool stream;  // store past the caches: y is larger than they are, and its rows are aligned
};

/// Tasks [begin, end) of the cut. room: cut.room_bytes(), aligned to 64.
void softmax_strips(const SoftmaxStrips& work, std::size_t begin, std::size_t end, void* room);

}  // namespace carica::ops::cpu
