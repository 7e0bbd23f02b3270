#pragma once

#include <cstdint>
#include <vector>

#include "models/input_rule.h"
#include "models/layers.h"
#include "models/network.h"

namespace carica::models {

struct SegNetOptions {
  std::int64_t in_channels = 3;
  std::int64_t outputs = 1;
};

/// The 13 convolutions of VGG16 with batch norm, and their mirror image, which puts maxima back
/// where the encoder's pools found them (Badrinarayanan et al. 2017). Names: encoder.features.N as
/// in torchvision's vgg16_bn; decoder.blocks.N.M.{0,1} (convolution, norm), block 0 beside the
/// deepest map; segmentation_head.0, a 3x3 convolution. Pictures of any size: padded to multiples
/// of 32, logits cropped back. features(): the map after the last pool.
class SegNet : public Network {
 public:
  static constexpr std::int64_t kStride = 32;

  explicit SegNet(const SegNetOptions& options);

  /// logits: float[N,outputs,H,W], the pictures' own size.
  Output forward(const torch::Tensor& pictures) override;
  torch::Tensor features(const torch::Tensor& pictures) override;
  void check(at::IntArrayRef pictures) const override;
  std::string head() const override { return "segmentation_head."; }

 private:
  struct Pooled {
    torch::Tensor map;
    std::vector<torch::Tensor> maxima;  // int64[N,C,h,w] of each pool: y * W + x before it
  };
  Pooled encode(const torch::Tensor& pictures);

  struct Layer {
    torch::nn::Conv2d conv;
    torch::nn::BatchNorm2d norm;
  };
  std::vector<std::vector<Layer>> down_;                // per resolution, finest first
  std::vector<std::vector<torch::nn::Sequential>> up_;  // the deepest first
  InputRule rule_;
  torch::nn::Sequential head_;
};

}  // namespace carica::models
