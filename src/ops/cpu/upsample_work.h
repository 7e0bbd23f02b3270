#pragma once

#include <cstddef>
#include <cstdint>

#include "ops/cpu/cross_entropy_work.h"

namespace carica::ops::cpu {

/// Where the places of one axis come from: place i lies between `first[i]` and the next one (or the
/// last, at the edge), `share[i]` of the way. Padded with kPadding places.
struct AxisSource {
  const std::int32_t* first;
  const void* share;  // compute type
  std::size_t in, out;

  static constexpr std::size_t kPadding = 64;
};

/// Low-resolution logits, in compute type: [N, height, C, pitch], rows of `pitch` values of which
/// x.in count; the others are there to be read.
struct UpsampleSource {
  bool is_double;
  const void* logits;
  std::size_t classes, pitch;
  AxisSource x, y;

  std::size_t row_values() const { return classes * pitch; }
};

/// Cross-entropy of upsampled logits. A task is one band of source rows of one picture, and the
/// output rows whose first source row is in it. Gradients go to `gradient`, [N, height, width, C]
/// in compute type and zero before; but what a band owes to the row below it, which is the next
/// band's, goes to `below`, [tasks, width, C], zero before, and is added when all are done: no two
/// tasks write one place, and the order of sums is fixed.
struct UpsampleCrossEntropy {
  UpsampleSource source;
  std::size_t bands;               // of one picture
  const std::size_t* band_begins;  // bands + 1 output rows
  const std::size_t* band_rows;    // bands + 1 source rows
  std::size_t strip;               // output columns that are worked on together
  TargetWork targets;
  double* sums;    // for each task
  void* losses;    // or null
  void* gradient;  // or null
  void* below;

  /// A strip's logits, the sums of its gradients over rows in two shares, those turned to rows of
  /// channels, the blended source rows, and values of each column.
  std::size_t room_bytes() const;
};

void upsample_cross_entropy_tasks(const UpsampleCrossEntropy& work, std::size_t begin,
                                  std::size_t end, void* room);

/// Labels of output rows [begin, end) of all pictures: labels[row * x.out + i]. room: row_values()
/// of compute type.
void upsample_argmax_rows(const UpsampleSource& source, std::size_t begin, std::size_t end,
                          std::uint8_t* labels, void* room);

}  // namespace carica::ops::cpu
