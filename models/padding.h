#pragma once

#include <torch/nn/module.h>

#include <cstdint>

namespace carica::models {

// How segmenters take pictures of any size.

/// Pads below and to the right to multiples of `stride` by repeating the last row and column.
/// pictures: float[N,C,H,W].
torch::Tensor pad_to_multiple(const torch::Tensor& pictures, std::int64_t stride);

/// The upper left part of maps: float[N,C,H,W] -> float[N,C,height,width].
torch::Tensor crop(const torch::Tensor& maps, std::int64_t height, std::int64_t width);

/// Bilinear, the corner pixels staying where they are (align_corners=true).
/// float[N,C,H,W] -> float[N,C,factor*H,factor*W].
torch::Tensor upsample_aligned(const torch::Tensor& maps, std::int64_t factor);

}  // namespace carica::models
