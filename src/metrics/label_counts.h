#pragma once

#include <torch/types.h>

namespace carica::metrics {

/// Add labels to `counts` int64[K+2,K+1]: rows truth, columns prediction; row K takes ignored
/// targets, row K+1 targets outside 0..K-1, column K predictions outside. predictions, targets:
/// int64|uint8 of one shape, in any layout, on the device of `counts`. Both give the same counts.

/// For main memory: one pass, without temporaries of the labels' size.
void count_on_host(const torch::Tensor& counts, int classes, int ignore_index,
                   const torch::Tensor& predictions, const torch::Tensor& targets);

/// For any device, without synchronising.
void count_on_device(const torch::Tensor& counts, int classes, int ignore_index,
                     const torch::Tensor& predictions, const torch::Tensor& targets);

}  // namespace carica::metrics
