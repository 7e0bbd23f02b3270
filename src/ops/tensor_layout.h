#pragma once

#include <ATen/core/Tensor.h>

#include "ops/dim_layout.h"

namespace carica::ops {

/// `tensor` itself where its memory has no holes and no overlaps, in whatever order of dims; else a
/// contiguous copy.
at::Tensor dense(const at::Tensor& tensor);

/// A dense tensor with the strides of `like`, of the same shape: `tensor` itself or a copy.
at::Tensor laid_out_like(const at::Tensor& tensor, const at::Tensor& like);

/// A dense tensor along `dim`, in 0 to its dims - 1.
DimLayout layout_along(const at::Tensor& tensor, std::int64_t dim);

/// Contiguous or channels_last: `tensor` itself, else a contiguous copy. The order of all dims but
/// dim 1 is that of a contiguous tensor then.
at::Tensor class_dim_ready(const at::Tensor& tensor);

/// dim counted from the front. Throws Error(kShape), naming the operator.
std::int64_t checked_dim(const at::Tensor& tensor, std::int64_t dim, const char* op);

/// Throws Error(kShape) unless half, bfloat16, float or double. what: has this type.
void check_floating(at::ScalarType type, const char* op, const char* what = "a tensor of");

}  // namespace carica::ops
