#pragma once

#include <cstdint>

#include "models/input_rule.h"
#include "models/layers.h"
#include "models/network.h"

namespace carica::models {

struct CnnOptions {
  std::int64_t outputs = 10;
  std::int64_t in_channels = 3;
  std::int64_t height = 224,
               width = 224;  // px; the head is a flattened map, so pictures must be of this size
  double dropout = 0;        // before the head
};

/// A small classifier to train from scratch: three 3x3 convolutions with 32, 64 and 128 maps, ReLU
/// after each, max pools of 4, 2 and 2, one linear layer. 344,138 parameters for 10 classes at 224
/// px. Names: conv1, conv2, conv3, fc. Initialised by torch's defaults, so that the same seed gives
/// Python's weights. features(): float[N, 128 * (H/16) * (W/16)], rounded down.
class Cnn : public Network {
 public:
  static constexpr std::int64_t kStride = 16;  // also the smallest side of a picture, px

  /// Throws Error(kConfig) for pictures with a side below kStride.
  explicit Cnn(const CnnOptions& options);

  /// Throws Error(kShape) for pictures of another size than it was built for.
  Output forward(const torch::Tensor& pictures) override;
  torch::Tensor features(const torch::Tensor& pictures) override;
  void check(at::IntArrayRef pictures) const override;
  std::string head() const override { return "fc."; }

 private:
  CnnOptions options_;
  InputRule rule_;
  torch::nn::Conv2d conv1_, conv2_, conv3_;
  torch::nn::Linear fc_;
};

}  // namespace carica::models
