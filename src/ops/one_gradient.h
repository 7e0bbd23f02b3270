#pragma once

#include <torch/csrc/autograd/custom_function.h>

namespace carica::ops {

/// Whether a call on x is recorded. Forward mode is refused by Function, with its own words.
inline bool is_differentiated(const at::Tensor& x) {
  return (at::GradMode::is_enabled() && x.requires_grad()) || x._fw_grad(0).defined();
}

/// The backward pass of a Function whose one differentiable input comes first and which has one
/// result. CppNode<Function>::apply, specialised, calls it in place of torch's own code for any
/// function, which spells out the type's name for an error message each time: half a microsecond,
/// a tenth of a small gradient. All else of the node, compiled autograd too, stays torch's.
/// of_result: may be undefined, that is 0.
template <class Function>
torch::autograd::variable_list one_gradient(torch::autograd::CppNode<Function>& node,
                                            torch::autograd::variable_list&& of_result) {
  at::OptionalDeviceGuard guard;
  if (!of_result[0].defined()) of_result[0] = node.output_info_[0].zeros(guard);
  auto gradients = Function::backward(&node.ctx_, of_result);
  gradients.resize(1);
  return gradients;
}

}  // namespace carica::ops
