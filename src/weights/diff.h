#pragma once

#include <string>
#include <vector>

#include "checkpoint/safetensors.h"

namespace carica::weights {

/// A tensor that two files both have and that differs.
struct TensorDifference {
  std::string name;
  double absolute = 0;     // the largest |a - b|; infinite where one of the two is not finite
  double relative = 0;     // the largest |a - b| / max(|a|, |b|)
  std::int64_t count = 0;  // of numbers that differ
};

struct WeightsDiff {
  std::vector<std::string> only_in_first, only_in_second;
  std::vector<std::string> shapes;  // "fc.weight: [5, 4] and [6, 4]"
  std::vector<std::string> types;   // "fc.weight: Float and Half"; values compared all the same
  std::vector<TensorDifference> values;  // sorted, largest absolute difference first
  std::size_t equal = 0;                 // tensors of equal type, shape and numbers
  double absolute = 0, relative = 0;     // the largest of all
  bool same() const;
};

/// Compares by name, whatever the order. NaNs at the same place are equal; so are -0 and 0.
WeightsDiff diff(const checkpoint::NamedTensors& first, const checkpoint::NamedTensors& second);

}  // namespace carica::weights
