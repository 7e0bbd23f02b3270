// What registration.cpp hangs into torch's dispatcher under carica::cross_entropy and
// carica::upsample_cross_entropy.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <tuple>

#include "ops/cross_entropy.h"

namespace carica::ops {

/// The arguments of both operators. `align_corners` of the plain one: none.
struct CrossEntropyCall {
  at::Tensor logits, targets;
  CrossEntropyOptions options;
  std::optional<bool> align_corners;
};

/// On the CPU and CUDA, without autograd. Returns loss and, if wanted, the gradient of its sum;
/// else a tensor of no values.
std::tuple<at::Tensor, at::Tensor> cross_entropy_forward(const CrossEntropyCall& call,
                                                         bool with_gradient);
/// The gradient of the logits, from that of the loss.
at::Tensor cross_entropy_gradient(const at::Tensor& d_loss, const CrossEntropyCall& call);

/// Shapes and types alone.
std::tuple<at::Tensor, at::Tensor> cross_entropy_meta(const CrossEntropyCall& call,
                                                      bool with_gradient);

/// With autograd, once.
at::Tensor cross_entropy_autograd(const CrossEntropyCall& call);

/// Throws Error(kShape) unless none, mean or sum.
Reduction reduction_named(std::string_view name);
const char* name_of(Reduction reduction);

// Through the dispatcher; defined in registration.cpp.
std::tuple<at::Tensor, at::Tensor> call_forward(const CrossEntropyCall& call, bool with_gradient);
at::Tensor call_gradient(const at::Tensor& d_loss, const CrossEntropyCall& call);

}  // namespace carica::ops
