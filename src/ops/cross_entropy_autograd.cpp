#include <ATen/TensorSubclassLikeUtils.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/ones.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/graph_task.h>

#include "core/error.h"
#include "ops/cross_entropy_op.h"
#include "ops/device_kernels.h"
#include "ops/one_gradient.h"

namespace carica::ops {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Lets a gradient pass, and says why it has none of its own.
struct OnceDifferentiable : torch::autograd::Function<OnceDifferentiable> {
  static at::Tensor forward(AutogradContext*, const at::Tensor& gradient, const at::Tensor&) {
    return gradient.view_as(gradient);
  }
  static variable_list backward(AutogradContext*, const variable_list&) {
    throw Error(ErrorCode::kUsage, "cross_entropy cannot be differentiated twice",
                "log_softmax can: combine it with nll_loss");
  }
};

// Under create_graph: a second backward shall fail, not give zeros.
at::Tensor once(const at::Tensor& gradient) {
  if (!at::GradMode::is_enabled()) return gradient;
  const auto anchor = at::ones({}, gradient.options()).set_requires_grad(true);
  return OnceDifferentiable::apply(gradient, anchor);
}

// gradient * d_loss. The gradient is the node's own, and scaled in place where it is not kept for
// another backward pass: a d_loss of 1, on a GPU known to the kernel only, then costs no memory
// traffic.
at::Tensor scaled(const at::Tensor& gradient, const at::Tensor& d_loss) {
  if (at::isTensorSubclassLike(d_loss) || at::isTensorSubclassLike(gradient)) {
    return gradient.mul(d_loss);
  }
  const bool kept = torch::autograd::get_current_graph_task_keep_graph();
  const auto result = kept ? gradient.clone() : gradient;
  if (d_loss.is_cpu() && d_loss.item<double>() == 1) return result;
  kernels_for(result, "cross_entropy").scale(result, d_loss);
  return result;
}

struct CrossEntropy : torch::autograd::Function<CrossEntropy> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& logits,
                            const CrossEntropyCall& call) {
    const at::AutoDispatchBelowADInplaceOrView below;
    // Half gradients wait for the scale of the loss: without it they would vanish.
    const bool now =
        call.options.reduction != Reduction::kNone && logits.scalar_type() != at::kHalf;
    const auto [loss, gradient] = call_forward(call, now);
    auto& data = context->saved_data;
    data["now"] = now;
    if (now) {
      context->save_for_backward({gradient});
    } else {
      context->save_for_backward(
          {logits, call.targets, call.options.weight.value_or(at::Tensor())});
      data["ignore_index"] = call.options.ignore_index;
      data["label_smoothing"] = call.options.label_smoothing;
      data["reduction"] = static_cast<std::int64_t>(call.options.reduction);
      data["upsample"] = call.align_corners.has_value();
      data["align_corners"] = call.align_corners.value_or(false);
    }
    return loss;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto& d_loss = gradients[0];
    auto saved = context->get_saved_variables();
    auto& data = context->saved_data;
    at::Tensor d_logits;
    {
      const at::AutoDispatchBelowADInplaceOrView below;
      if (data["now"].toBool()) {
        d_logits = scaled(saved[0], d_loss);
      } else {
        CrossEntropyCall call{saved[0], saved[1], {}, {}};
        if (saved[2].defined()) call.options.weight = saved[2];
        call.options.ignore_index = data["ignore_index"].toInt();
        call.options.label_smoothing = data["label_smoothing"].toDouble();
        call.options.reduction = static_cast<Reduction>(data["reduction"].toInt());
        if (data["upsample"].toBool()) call.align_corners = data["align_corners"].toBool();
        d_logits = call_gradient(d_loss, call);
      }
    }
    return {once(d_logits), at::Tensor()};
  }
};

}  // namespace

}  // namespace carica::ops

namespace torch::autograd {

template <>
variable_list CppNode<carica::ops::CrossEntropy>::apply(variable_list&& of_result) {
  const std::lock_guard lock(mutex_);
  return carica::ops::one_gradient(*this, std::move(of_result));
}

}  // namespace torch::autograd

namespace carica::ops {

at::Tensor cross_entropy_autograd(const CrossEntropyCall& call) {
  if (is_differentiated(call.logits)) {
    return CrossEntropy::apply(call.logits, call);
  }
  const at::AutoDispatchBelowADInplaceOrView below;
  return std::get<0>(call_forward(call, false));
}

}  // namespace carica::ops
