#pragma once

#include <cstdint>

#include "models/layers.h"

namespace carica::models {

struct ResidualOptions {
  std::int64_t in = 64;      // channels
  std::int64_t planes = 64;  // it gives expansion * planes channels
  std::int64_t stride = 1;
  std::int64_t dilation = 1;  // of the 3x3 convolution; Bottleneck only
  // Bottleneck's 3x3 convolution: groups * group_width channels where planes is 64, and in
  // proportion.
  std::int64_t groups = 1, group_width = 64;
};

/// Two 3x3 convolutions with a shortcut, He et al. 2016. float[N,in,H,W] ->
/// float[N,planes,H/stride,W/stride]. Names as torchvision's: conv1, bn1, conv2, bn2, downsample.0,
/// downsample.1 (where the shape changes).
class BasicBlockImpl : public torch::nn::Module {
 public:
  static constexpr std::int64_t kExpansion = 1;
  explicit BasicBlockImpl(const ResidualOptions& options);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  // The order is that of torchvision's draws from the generator and of its names.
  torch::nn::Sequential downsample_;
  torch::nn::Conv2d conv1_;
  torch::nn::BatchNorm2d bn1_;
  torch::nn::Conv2d conv2_;
  torch::nn::BatchNorm2d bn2_;
};
TORCH_MODULE(BasicBlock);

/// 1x1, 3x3, 1x1 convolutions with a shortcut; the 3x3 one has the stride ("ResNet v1.5", as
/// torchvision). float[N,in,H,W] -> float[N,4*planes,H/stride,W/stride]. Names: conv1, bn1 to
/// conv3, bn3, downsample.0, downsample.1.
class BottleneckImpl : public torch::nn::Module {
 public:
  static constexpr std::int64_t kExpansion = 4;
  explicit BottleneckImpl(const ResidualOptions& options);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::nn::Sequential downsample_;
  torch::nn::Conv2d conv1_;
  torch::nn::BatchNorm2d bn1_;
  torch::nn::Conv2d conv2_;
  torch::nn::BatchNorm2d bn2_;
  torch::nn::Conv2d conv3_;
  torch::nn::BatchNorm2d bn3_;
};
TORCH_MODULE(Bottleneck);

}  // namespace carica::models
