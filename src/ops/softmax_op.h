// What registration.cpp hangs into torch's dispatcher under carica::softmax and its like.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace carica::ops {

// On the CPU and CUDA, without autograd.
at::Tensor softmax_forward(const at::Tensor& x, std::int64_t dim);
at::Tensor log_softmax_forward(const at::Tensor& x, std::int64_t dim);
at::Tensor softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim);
at::Tensor log_softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim);

// Shapes and types alone.
at::Tensor softmax_meta(const at::Tensor& x, std::int64_t dim);
at::Tensor softmax_gradient_meta(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim);

// With autograd; the gradients are differentiable, too.
at::Tensor softmax_autograd(const at::Tensor& x, std::int64_t dim);
at::Tensor log_softmax_autograd(const at::Tensor& x, std::int64_t dim);
at::Tensor softmax_gradient_autograd(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim);
at::Tensor log_softmax_gradient_autograd(const at::Tensor& dy, const at::Tensor& y,
                                         std::int64_t dim);

// Under autocast: float32, as torch's softmax.
at::Tensor softmax_autocast(const at::Tensor& x, std::int64_t dim);
at::Tensor log_softmax_autocast(const at::Tensor& x, std::int64_t dim);

// Through the dispatcher; defined in registration.cpp.
at::Tensor call_softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim);
at::Tensor call_log_softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim);

}  // namespace carica::ops
