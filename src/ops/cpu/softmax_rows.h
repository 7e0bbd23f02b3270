#pragma once

#include <cstddef>

#include "ops/cpu/element.h"
#include "ops/cpu/row_block.h"

namespace carica::ops::cpu {

/// Softmax of contiguous rows.
struct SoftmaxRows {
  Element element;
  const void* x;
  void* y;
  std::size_t size;  // of a row
  bool log;
  bool stream;  // store past the caches: y is larger than they are
};

/// Rows [begin, end). room: RowBlock::room_bytes(), aligned to 64.
void softmax_rows(const SoftmaxRows& work, std::size_t begin, std::size_t end, void* room);

}  // namespace carica::ops::cpu
