#pragma once

#include <torch/types.h>

#include <cstdint>

namespace carica::weights {

/// The weights of a first convolution made for three channels, for another number of them. One
/// channel gets their sum; more get them one after the other, over and over, times 3 / channels, so
/// that the same picture gives activations of the same size.
/// weights: float[N,3,h,w]; returns float[N,channels,h,w], computed in float32. Source: timm,
/// adapt_input_conv. Throws Error(kShape).
torch::Tensor adapt_first_layer(const torch::Tensor& weights, std::int64_t channels);

}  // namespace carica::weights
