#pragma once

#include <vector>

#include "selftest/operators.h"

namespace carica::selftest {

/// softmax and log_softmax of float64 logits by torch's functions, without the losses of torch's
/// own in float64: the rounding of x - max is made good, and a log_softmax near 0 keeps its digits.
/// +inf and NaN give a row of NaN, a row of all -inf 0 and -inf, as ops/softmax.h says.
/// Differentiable.
torch::Tensor exact_softmax(const torch::Tensor& x, std::int64_t dim);
torch::Tensor exact_log_softmax(const torch::Tensor& x, std::int64_t dim);

/// What the operators are applied to: short and long rows, columns, odd sizes, channels_last and
/// strided tensors, and edges. The same from run to run.
std::vector<OperatorCase> softmax_cases(const CaseOptions& options);
std::vector<OperatorCase> log_softmax_cases(const CaseOptions& options);
std::vector<OperatorCase> cross_entropy_cases(const CaseOptions& options);
std::vector<OperatorCase> upsample_cases(const CaseOptions& options);
std::vector<OperatorCase> argmax_cases(const CaseOptions& options);

/// Two or three larger inputs of each kind, for timing; one if quick.
std::vector<OperatorCase> timed_softmax_cases(const CaseOptions& options);
std::vector<OperatorCase> timed_cross_entropy_cases(const CaseOptions& options);
std::vector<OperatorCase> timed_upsample_cases(const CaseOptions& options);

}  // namespace carica::selftest
