#pragma once

#include <cstddef>
#include <cstdint>

#include "ops/cpu/cross_entropy_work.h"

namespace carica::ops::cpu {

/// Targets in memory, and which of them are classes: 0 to `last`.
struct TargetRun {
  TargetElement element;
  const void* values;
  std::size_t count;
  std::int64_t ignore_index;  // in the type or not
  std::int64_t last;
};

struct TargetTally {
  std::int64_t counted = 0;  // not ignored
  std::int64_t bad = 0;      // of these: no class
};

TargetTally tally_targets(const TargetRun& run);

}  // namespace carica::ops::cpu
