#include "ops/tensor_layout.h"

#include <ATen/ops/empty_like.h>

#include <algorithm>

#include "core/error.h"
#include "core/text.h"

namespace carica::ops {

at::Tensor dense(const at::Tensor& tensor) {
  return tensor.is_non_overlapping_and_dense() ? tensor : tensor.contiguous();
}

at::Tensor laid_out_like(const at::Tensor& tensor, const at::Tensor& like) {
  if (tensor.strides() == like.strides()) return tensor;
  return at::empty_like(like, tensor.options()).copy_(tensor);
}

DimLayout layout_along(const at::Tensor& tensor, std::int64_t dim) {
  if (tensor.dim() == 0) return {1, 1, 1};
  const std::int64_t size = tensor.size(dim), all = tensor.numel();
  // A dim of one value may have any stride.
  if (size <= 1 || all == 0) return {all, size, 1};
  // Without holes, all dims of smaller strides together fill one step of this one.
  const std::int64_t inner = tensor.stride(dim);
  return {all / (size * inner), size, inner};
}

at::Tensor class_dim_ready(const at::Tensor& tensor) {
  if (tensor.is_contiguous()) return tensor;
  if (tensor.dim() == 4 && tensor.is_contiguous(at::MemoryFormat::ChannelsLast)) return tensor;
  if (tensor.dim() == 5 && tensor.is_contiguous(at::MemoryFormat::ChannelsLast3d)) return tensor;
  return tensor.contiguous();
}

std::int64_t checked_dim(const at::Tensor& tensor, std::int64_t dim, const char* op) {
  const std::int64_t dims = std::max<std::int64_t>(tensor.dim(), 1);
  if (dim < -dims || dim >= dims) {
    throw Error(ErrorCode::kShape, cat(op, ": dim = ", dim, " of a tensor ", tensor.sizes(),
                                       "; must be in ", -dims, " to ", dims - 1));
  }
  return dim < 0 ? dim + dims : dim;
}

void check_floating(at::ScalarType type, const char* op, const char* what) {
  if (type == at::kFloat || type == at::kDouble || type == at::kHalf || type == at::kBFloat16) {
    return;
  }
  throw Error(ErrorCode::kShape,
              cat(op, ": ", what, " ", type, "; must be float, double, half or bfloat16"));
}

}  // namespace carica::ops
