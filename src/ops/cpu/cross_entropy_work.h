#pragma once

#include <cstddef>
#include <cstdint>

#include "ops/cpu/element.h"
#include "ops/cpu/strip_cut.h"

namespace carica::ops::cpu {

/// Integer types of targets.
enum class TargetElement { kUint8, kInt32, kInt64 };

/// Targets and what they weigh, as kernels see them; ops/kernels.h has the formula. Pointers to
/// void have the logits' compute type.
struct TargetWork {
  TargetElement element;
  const void* values;
  std::int64_t ignore_index;
  const void* weight;  // one for each class, or null
  double weight_sum;   // over all classes
  double smoothing;
  double share;       // smoothing / classes
  const void* scale;  // null, one, or one for each target
  bool scale_each;
};

/// Cross-entropy of rows: of strips, or of long contiguous rows. Target of row (o, i): o * inner +
/// i.
struct CrossEntropyRows {
  Element element;
  const void* logits;
  DimLayout layout;
  StripCut cut;  // of strips; tasks of long rows are kLongRows rows each
  TargetWork targets;
  double* sums;    // for each task, the sum of scale * loss; or null
  void* losses;    // compute type, one for each target; or null
  void* gradient;  // like logits; or null
  bool stream;     // gradients past the caches
};

/// Tasks [begin, end). room: cut.room_bytes(), aligned to 64.
void cross_entropy_strips(const CrossEntropyRows& work, std::size_t begin, std::size_t end,
                          void* room);

/// Tasks [begin, end) of kLongRows rows. room: RowBlock::two_blocks_bytes(), aligned to 64.
void cross_entropy_long_rows(const CrossEntropyRows& work, std::size_t begin, std::size_t end,
                             void* room);
constexpr std::int64_t kLongRows = 16;

}  // namespace carica::ops::cpu
