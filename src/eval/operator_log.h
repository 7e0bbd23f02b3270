#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace carica::eval {

/// One operator that was called by a network itself, not by another operator.
struct OperatorCall {
  std::string name;                                            // "aten::conv2d"
  std::vector<std::pair<std::string, c10::IValue>> arguments;  // by the names of its schema
  std::vector<at::Tensor> inputs;  // those of its arguments that are tensors, in their order
  std::vector<at::Tensor> outputs;
};

/// Calls `take` after every operator that `run` calls on this thread.
void watch_operators(const std::function<void()>& run,
                     const std::function<void(const OperatorCall&)>& take);

}  // namespace carica::eval
