#include <ATen/ops/empty.h>

#include "core/error.h"
#include "core/text.h"
#include "ops/device_kernels.h"
#include "ops/tensor_layout.h"
#include "ops/upsample_argmax_op.h"

namespace carica::ops {

namespace {

constexpr const char* kOp = "upsample_argmax";

void check(const at::Tensor& x, std::int64_t height, std::int64_t width) {
  check_floating(x.scalar_type(), kOp);
  const bool sized = height > 0 && width > 0 && x.dim() == 4 && x.size(2) > 0 && x.size(3) > 0;
  if (!sized || x.size(1) < 1 || x.size(1) > 256) {
    throw Error(ErrorCode::kShape, cat(kOp, ": logits ", x.sizes(), " to ", height, "x", width,
                                       "; must be [N,C,h,w] with 1 to 256 classes, and no side 0"));
  }
}

}  // namespace

at::Tensor upsample_argmax_forward(const at::Tensor& logits, std::int64_t height,
                                   std::int64_t width, bool align_corners) {
  check(logits, height, width);
  const auto x = class_dim_ready(logits);
  const auto labels = at::empty({x.size(0), height, width}, x.options().dtype(at::kByte));
  if (labels.numel() == 0) return labels;
  kernels_for(x, kOp).upsample_argmax(x, {x.size(2), x.size(3), height, width, align_corners},
                                      labels);
  return labels;
}

at::Tensor upsample_argmax_meta(const at::Tensor& logits, std::int64_t height, std::int64_t width,
                                bool) {
  // The number of pictures may be a symbol here.
  return at::empty_symint({logits.sym_size(0), height, width}, logits.options().dtype(at::kByte));
}

}  // namespace carica::ops
