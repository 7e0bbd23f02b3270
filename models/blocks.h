#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "models/layers.h"

namespace carica::models {

struct ConvOptions {
  std::int64_t in = 0, out = 0;  // channels
  std::int64_t kernel = 3;       // odd; padded so that stride 1 keeps the size
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t groups = 1;
  bool bias = false;  // off by default, since a norm follows
};

/// A 2-D convolution of float[N,in,H,W] to float[N,out,ceil(H/stride),ceil(W/stride)].
torch::nn::Conv2d make_conv(const ConvOptions& options);

/// Convolution and batch norm, named "0" and "1" as in torchvision's `downsample`.
torch::nn::Sequential make_conv_norm(const ConvOptions& options);

/// A module with one child, for the sake of names.
std::shared_ptr<torch::nn::Module> wrap(const std::string& name,
                                        std::shared_ptr<torch::nn::Module> child);

/// 3x3 convolution, batch norm, ReLU, twice: a level of a U-Net. Keeps H and W.
/// Names: conv1.0 (convolution), conv1.1 (norm), conv2.0, conv2.1, as in
/// segmentation_models.pytorch.
class DoubleConvImpl : public torch::nn::Module {
 public:
  DoubleConvImpl(std::int64_t in, std::int64_t out);
  torch::Tensor forward(torch::Tensor x);

 private:
  torch::nn::Sequential conv1_, conv2_;
};
TORCH_MODULE(DoubleConv);

}  // namespace carica::models
