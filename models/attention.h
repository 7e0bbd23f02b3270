#pragma once

#include <cstdint>

#include "models/layers.h"

namespace carica::models {

/// Attention between positions (Fan et al. 2020, MA-Net): softmax over all pairs of positions, as
/// segmentation_models.pytorch computes it, added to the map. float[N,in,h,w], the same back;
/// memory grows with (h*w)^2. Names: top_conv, center_conv, bottom_conv, out_conv.
class PositionAttentionImpl : public torch::nn::Module {
 public:
  explicit PositionAttentionImpl(std::int64_t in);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::nn::Conv2d top_, center_, bottom_, out_;
};
TORCH_MODULE(PositionAttention);

/// A weight in (0, 1) for each channel, from its averages (Hu et al. 2018, squeeze and excitation):
/// float[N,in,h,w] -> float[N,in,1,1]. Names: 1 and 3, the 1x1 convolutions.
class ChannelWeightsImpl : public torch::nn::Module {
 public:
  ChannelWeightsImpl(std::int64_t in, std::int64_t squeezed);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::nn::Conv2d squeeze_, excite_;
};
TORCH_MODULE(ChannelWeights);

}  // namespace carica::models
