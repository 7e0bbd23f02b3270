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

/// The output columns of an axis in runs: those of a run lie between the same two source columns.
struct ColumnRuns {
  std::size_t count;
  const std::int32_t* source;   // [count]: the left one of the two
  const std::int32_t* begin;    // [count]: the first output column
  const std::int32_t* columns;  // [count]: how many
};

/// Low-resolution logits, in compute type: [N, height, C, pitch], rows of `pitch` values of which
/// x.in count. The last one is there once more behind them; the others are there to be read.
struct UpsampleSource {
  bool is_double;
  const void* logits;
  std::size_t classes, pitch;
  AxisSource x, y;

  std::size_t row_values() const { return classes * pitch; }
  /// Whole vectors, of which one more may begin behind the last column; an odd number of cache
  /// lines, so that the rows of all classes find room in the caches.
  static constexpr std::size_t pitch_of(std::size_t width) {
    constexpr std::size_t kVector = 16;
    return (((width + kVector) / kVector + 1) | 1) * kVector;
  }
};

/// Cross-entropy of upsampled logits. A task is one band of source rows of one picture, and the
/// output rows whose first source row is in it. Gradients go to `gradient`, like source.logits and
/// zero before, where what the place behind a row's last has belongs to the last; but what a band
/// owes to the row below it, which is the next band's, goes to `below`, [tasks, C, pitch], zero
/// before, and is added when all are done: no two tasks write one place, and the order of sums is
/// fixed.
struct UpsampleCrossEntropy {
  UpsampleSource source;
  ColumnRuns runs;
  std::size_t bands;               // of one picture
  const std::size_t* band_begins;  // bands + 1 output rows
  const std::size_t* band_rows;    // bands + 1 source rows
  std::size_t rows;                // output rows that are worked on together, 1 to kRows
  TargetWork targets;
  double* sums;    // for each task
  void* losses;    // or null
  void* gradient;  // or null
  void* below;

  /// Runs, rows and columns of runs that are worked on together, at most.
  static constexpr std::size_t kRuns = 16, kRows = 8, kColumns = 8;
  /// One lane for each run of each row, and what a vector may have beyond.
  static constexpr std::size_t lanes(std::size_t rows) { return (rows + 1) * kRuns; }
  /// Working memory of the lanes: blended logits and gradients of both source columns, and shares.
  std::size_t lane_values() const { return (4 * source.classes + kColumns) * lanes(rows); }

  /// Rows that leave the blended logits and the gradients of all lanes in a core's second cache.
  static std::size_t rows_together(std::size_t classes, std::size_t value_bytes);
  std::size_t room_bytes() const;
};

void upsample_cross_entropy_tasks(const UpsampleCrossEntropy& work, std::size_t begin,
                                  std::size_t end, void* room);

/// Labels of output rows [begin, end) of all pictures: labels[row * x.out + i]. room: row_values()
/// of compute type.
void upsample_argmax_rows(const UpsampleSource& source, std::size_t begin, std::size_t end,
                          std::uint8_t* labels, void* room);

}  // namespace carica::ops::cpu
