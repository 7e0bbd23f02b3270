#pragma once

#include <torch/torch.h>

namespace carica::metrics {

/// Adds labels in main memory to `counts` int64[K+2,K+1] (see Accumulator) in one pass and without
/// temporaries of their size. predictions, targets: int64|uint8 of one shape, in any layout.
void count_on_host(const torch::Tensor& counts, int classes, int ignore_index,
                   const torch::Tensor& predictions, const torch::Tensor& targets);

}  // namespace carica::metrics
