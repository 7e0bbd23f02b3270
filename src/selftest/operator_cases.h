#pragma once

#include <vector>

#include "selftest/operators.h"

namespace carica::selftest {

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
