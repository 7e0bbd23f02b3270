// What registration.cpp hangs into torch's dispatcher under carica::softmax and its like.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace carica::ops {

using OptionalType = std::optional<at::ScalarType>;

// On the CPU and CUDA, without autograd. dtype: of the result; none: x's.
at::Tensor softmax_forward(const at::Tensor& x, std::int64_t dim, OptionalType dtype);
at::Tensor log_softmax_forward(const at::Tensor& x, std::int64_t dim, OptionalType dtype);
// x_type: of the gradient, that is of x; none: y's.
at::Tensor softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim,
                            OptionalType x_type);
at::Tensor log_softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim,
                                OptionalType x_type);

// Shapes and types alone.
at::Tensor softmax_meta(const at::Tensor& x, std::int64_t dim, OptionalType dtype);
at::Tensor softmax_gradient_meta(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim,
                                 OptionalType x_type);

// With autograd; the gradients are differentiable, too.
at::Tensor softmax_autograd(const at::Tensor& x, std::int64_t dim, OptionalType dtype);
at::Tensor log_softmax_autograd(const at::Tensor& x, std::int64_t dim, OptionalType dtype);
at::Tensor softmax_gradient_autograd(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim,
                                     OptionalType x_type);
at::Tensor log_softmax_gradient_autograd(const at::Tensor& dy, const at::Tensor& y,
                                         std::int64_t dim, OptionalType x_type);

// Under autocast: float32 unless a type is asked for, as torch's softmax on CUDA.
at::Tensor softmax_autocast(const at::Tensor& x, std::int64_t dim, OptionalType dtype);
at::Tensor log_softmax_autocast(const at::Tensor& x, std::int64_t dim, OptionalType dtype);

// Through the dispatcher; defined in registration.cpp.
at::Tensor call_softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim,
                                 OptionalType x_type);
at::Tensor call_log_softmax_gradient(const at::Tensor& dy, const at::Tensor& y, std::int64_t dim,
                                     OptionalType x_type);

}  // namespace carica::ops
