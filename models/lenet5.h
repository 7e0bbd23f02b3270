#pragma once

#include "models/input_rule.h"
#include "models/layers.h"
#include "models/network.h"

namespace carica::models {

struct LeNet5Options {
  std::int64_t outputs = 10;
  std::int64_t in_channels = 3;
  std::int64_t height = 32, width = 32;  // px; the first linear layer depends on it
  double dropout = 0;                    // before the head
};

/// LeCun et al. 1998 as it is written today: 5x5 convolutions with 6 and 16 maps, ReLU and a 2x2
/// max pool after each, linear layers of 120, 84 and the outputs; every map of the second
/// convolution sees all of the first. 61,706 parameters for grey pictures of 32x32 px and 10
/// classes. Names: conv1, conv2, fc1, fc2, fc3. Initialised by torch's defaults. features():
/// float[N,84].
class LeNet5 : public Network {
 public:
  static constexpr std::int64_t kSmallest = 16;  // side of a picture, px

  /// Throws Error(kConfig) for pictures with a side below kSmallest.
  explicit LeNet5(const LeNet5Options& options);

  /// Throws Error(kShape) for pictures of another size than it was built for.
  Output forward(const torch::Tensor& pictures) override;
  torch::Tensor features(const torch::Tensor& pictures) override;
  void check(at::IntArrayRef pictures) const override;
  std::string head() const override { return "fc3."; }

 private:
  LeNet5Options options_;
  InputRule rule_;
  torch::nn::Conv2d conv1_, conv2_;
  torch::nn::Linear fc1_, fc2_, fc3_;
};

}  // namespace carica::models
