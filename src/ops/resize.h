#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace carica::ops {

/// torch's upsample_bilinear2d and adaptive_avg_pool2d of maps float[N,C,H,W]. On a GPU torch's
/// gradients of both are sums of atomic additions, whose last bits change from run to run; where
/// deterministic algorithms are asked for, they are matrix products here. Such a gradient has no
/// further gradient.
at::Tensor upsample_bilinear(const at::Tensor& maps, std::int64_t height, std::int64_t width,
                             bool align_corners);
at::Tensor adaptive_average(const at::Tensor& maps, std::int64_t height, std::int64_t width);

/// The gradients as matrix products, on any device: of maps of height x width, from that of the
/// result, float[N,C,height',width'], in its type (summed in float32, or double).
at::Tensor upsample_bilinear_gradient(const at::Tensor& of_result, std::int64_t height,
                                      std::int64_t width, bool align_corners);
at::Tensor adaptive_average_gradient(const at::Tensor& of_result, std::int64_t height,
                                     std::int64_t width);

}  // namespace carica::ops
