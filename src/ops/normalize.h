// ops: operators of our own, each one front function with a CPU and a CUDA file of the same name.
// May include core.
#pragma once

#include <torch/types.h>

#include <array>

#include "ops/channel_affine.h"

namespace carica::ops {

/// Pictures as decoded to pictures as networks take them, in one pass: cast, scale to 0..1,
/// normalise, permute. pictures: uint8[N,H,W,3], contiguous, on any device. Returns float32 or
/// bfloat16 [N,3,H,W] = (pictures / 255 - mean) / std, channels_last (the bytes' own order) or
/// contiguous. Throws Error(kShape) for another type, shape or layout.
torch::Tensor normalize(const torch::Tensor& pictures, const std::array<float, 3>& mean,
                        const std::array<float, 3>& std, torch::ScalarType dtype,
                        bool channels_last);

namespace cpu {
void normalize(const torch::Tensor& pictures, const ChannelAffine& affine, torch::Tensor& out);
}
namespace cuda {
/// On the current stream.
void normalize(const torch::Tensor& pictures, const ChannelAffine& affine, torch::Tensor& out);
}  // namespace cuda

}  // namespace carica::ops
