#pragma once

#include <cstdint>
#include <vector>

#include "models/encoder.h"
#include "models/layers.h"

namespace carica::models {

struct PaddedInvertedResidualOptions {
  std::int64_t in = 0, out = 0;  // channels
  std::int64_t expansion = 6;    // of the hidden channels
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
};

/// An inverted residual block (Sandler et al. 2018) that pads its input by hand, before the
/// expansion: at the border the 3x3 convolution sees the expansion of zeros, which is not zero.
/// Names as torchvision's InvertedResidual: conv.0.{0,1}, conv.1.{0,1}, conv.2, conv.3, one less
/// each where nothing is expanded.
class PaddedInvertedResidualImpl : public torch::nn::Module {
 public:
  explicit PaddedInvertedResidualImpl(const PaddedInvertedResidualOptions& options);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  bool adds_input_;
  std::int64_t padding_;
  std::vector<torch::nn::Sequential> activated_;  // each with ReLU6
  torch::nn::Conv2d narrow_;
  torch::nn::BatchNorm2d norm_;
};
TORCH_MODULE(PaddedInvertedResidual);

/// MobileNetV2 as the backbone of VainF/DeepLabV3Plus-Pytorch, whose variant differs from
/// torchvision's in its padding: none in the first convolution, by hand in the blocks. Names:
/// low_level_features.0 to 3, high_level_features.4 to 17. Maps are not exactly halves: 1/2 is
/// (H - 3) / 2 + 1, rounded down.
class DeepLabMobileNet : public Encoder {
 public:
  static constexpr std::int64_t kSmallest = 3;  // side of a picture, px

  explicit DeepLabMobileNet(const EncoderOptions& options);
  std::vector<torch::Tensor> pyramid(const torch::Tensor& pictures) override;
  std::vector<std::int64_t> channels() const override { return {0, 16, 24, 32, 96, 320}; }

 private:
  torch::nn::Sequential stem_;
  std::vector<PaddedInvertedResidual> blocks_;
};

}  // namespace carica::models
