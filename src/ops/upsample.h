#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "ops/cross_entropy.h"

namespace carica::ops {

/// cross_entropy(interpolate(logits, targets' size, "bilinear", align_corners), targets), fused:
/// neither the upsampled logits nor their gradients are ever stored. The operator
/// carica::upsample_cross_entropy. logits: float|double|half|bfloat16[N,C,h,w], contiguous or
/// channels_last; targets: uint8|int32|int64[N,H,W] of any size. All else as cross_entropy();
/// gradients are summed in a fixed order: the same bits from run to run.
at::Tensor upsample_cross_entropy(const at::Tensor& logits, const at::Tensor& targets,
                                  const CrossEntropyOptions& options = {},
                                  bool align_corners = false);

/// interpolate(logits, {height, width}, "bilinear", align_corners).argmax(1), fused. The operator
/// carica::upsample_argmax. logits as above with 1 <= C <= 256; returns uint8[N,height,width]. Of
/// equal logits the first class wins; NaN is larger than all. Not differentiable. Throws
/// Error(kShape).
at::Tensor upsample_argmax(const at::Tensor& logits, std::int64_t height, std::int64_t width,
                           bool align_corners = false);

}  // namespace carica::ops
