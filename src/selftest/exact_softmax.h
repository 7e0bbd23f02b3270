#pragma once

#include <torch/types.h>

namespace carica::selftest {

/// softmax and log_softmax of float64 logits by torch's functions, without the losses of torch's
/// own in float64: the rounding of x - max is made good, and a log_softmax near 0 keeps its digits.
/// +inf and NaN give a row of NaN, a row of all -inf 0 and -inf, as ops/softmax.h says.
/// Differentiable.
torch::Tensor exact_softmax(const torch::Tensor& x, std::int64_t dim);
torch::Tensor exact_log_softmax(const torch::Tensor& x, std::int64_t dim);

}  // namespace carica::selftest
