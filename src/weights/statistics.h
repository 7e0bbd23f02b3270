#pragma once

#include <torch/types.h>

#include <cstdint>

namespace carica::weights {

/// What the numbers of a tensor are like, computed in float64. Of an empty tensor all is 0.
struct TensorStatistics {
  double min = 0, max = 0;   // of the finite numbers
  double mean = 0, std = 0;  // of the finite numbers; std with N in the denominator
  std::int64_t not_finite = 0;
};
TensorStatistics statistics(const torch::Tensor& tensor);

}  // namespace carica::weights
