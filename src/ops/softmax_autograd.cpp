#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

#include "ops/one_gradient.h"
#include "ops/softmax.h"
#include "ops/softmax_op.h"

namespace carica::ops {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

OptionalType saved_type(const AutogradContext& context) {
  return static_cast<at::ScalarType>(context.saved_data.at("x_type").toInt());
}

/// The gradient of softmax or log_softmax as a function of its own, so that it has one, too.
/// dx_i = y_i (g_i - sum_j g_j y_j); log: dx_i = g_i - e^y_i sum_j g_j.
template <bool kLog>
struct SoftmaxGradient : torch::autograd::Function<SoftmaxGradient<kLog>> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& dy, const at::Tensor& y,
                            std::int64_t dim, OptionalType x_type) {
    context->save_for_backward({dy, y});
    context->saved_data["dim"] = dim;
    const at::AutoDispatchBelowADInplaceOrView below;
    return kLog ? call_log_softmax_gradient(dy, y, dim, x_type)
                : call_softmax_gradient(dy, y, dim, x_type);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &g = saved[0], &y = saved[1];
    const auto dd = gradients[0].to(y.scalar_type());
    const auto dim = context->saved_data["dim"].toInt();
    if constexpr (kLog) {
      const auto p = y.exp();
      return {dd - (dd * p).sum(dim, true), -dd * p * g.sum(dim, true), at::Tensor(), at::Tensor()};
    }
    const auto through_y = dd * (g - (g * y).sum(dim, true)) - g * (dd * y).sum(dim, true);
    return {call_softmax_gradient(dd.contiguous(), y, dim, std::nullopt), through_y, at::Tensor(),
            at::Tensor()};
  }
};

template <bool kLog>
struct Softmax : torch::autograd::Function<Softmax<kLog>> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, std::int64_t dim,
                            OptionalType dtype) {
    const at::AutoDispatchBelowADInplaceOrView below;
    const auto y = kLog ? ops::log_softmax(x, dim, dtype) : ops::softmax(x, dim, dtype);
    context->save_for_backward({y});
    context->saved_data["dim"] = dim;
    context->saved_data["x_type"] = static_cast<std::int64_t>(x.scalar_type());
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto y = context->get_saved_variables()[0];
    const auto dim = context->saved_data["dim"].toInt();
    const auto x_type = saved_type(*context);
    // As the dispatcher would call them.
    return {kLog ? log_softmax_gradient_autograd(gradients[0], y, dim, x_type)
                 : softmax_gradient_autograd(gradients[0], y, dim, x_type),
            at::Tensor(), at::Tensor()};
  }
};

}  // namespace

}  // namespace carica::ops

namespace torch::autograd {

using carica::ops::one_gradient, carica::ops::Softmax;

template <>
variable_list CppNode<Softmax<false>>::apply(variable_list&& of_result) {
  const std::lock_guard lock(mutex_);
  return one_gradient(*this, std::move(of_result));
}
template <>
variable_list CppNode<Softmax<true>>::apply(variable_list&& of_result) {
  const std::lock_guard lock(mutex_);
  return one_gradient(*this, std::move(of_result));
}

}  // namespace torch::autograd

namespace carica::ops {

at::Tensor softmax_autograd(const at::Tensor& x, std::int64_t dim, OptionalType dtype) {
  if (is_differentiated(x)) return Softmax<false>::apply(x, dim, dtype);
  const at::AutoDispatchBelowADInplaceOrView below;
  return ops::softmax(x, dim, dtype);
}
at::Tensor log_softmax_autograd(const at::Tensor& x, std::int64_t dim, OptionalType dtype) {
  if (is_differentiated(x)) return Softmax<true>::apply(x, dim, dtype);
  const at::AutoDispatchBelowADInplaceOrView below;
  return ops::log_softmax(x, dim, dtype);
}
at::Tensor softmax_gradient_autograd(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim,
                                     OptionalType x_type) {
  if (is_differentiated(dy) || is_differentiated(y)) {
    return SoftmaxGradient<false>::apply(dy, y, dim, x_type);
  }
  const at::AutoDispatchBelowADInplaceOrView below;
  return call_softmax_gradient(dy, y, dim, x_type);
}
at::Tensor log_softmax_gradient_autograd(const at::Tensor& dy, const at::Tensor& y,
                                         std::int64_t dim, OptionalType x_type) {
  if (is_differentiated(dy) || is_differentiated(y)) {
    return SoftmaxGradient<true>::apply(dy, y, dim, x_type);
  }
  const at::AutoDispatchBelowADInplaceOrView below;
  return call_log_softmax_gradient(dy, y, dim, x_type);
}

}  // namespace carica::ops
