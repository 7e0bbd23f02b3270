#pragma once

#include "models/input_rule.h"
#include "models/network.h"
#include "models/resnet_trunk.h"

namespace carica::models {

struct ResNetOptions {
  ResNetShape shape;
  Stem stem = Stem::kImagenet;
  std::int64_t outputs = 1000;
  std::int64_t in_channels = 3;
  double dropout = 0;  // before the head
};

/// The residual classifiers of torchvision: the same parameter and buffer names, the same function,
/// and the same fresh weights from the same seed. Pictures of any size. features(): float[N,512],
/// with bottlenecks float[N,2048].
class ResNet : public Network {
 public:
  explicit ResNet(const ResNetOptions& options);

  Output forward(const torch::Tensor& pictures) override;
  torch::Tensor features(const torch::Tensor& pictures) override;
  void check(at::IntArrayRef pictures) const override;
  std::string head() const override { return "fc."; }

 private:
  InputRule rule_;
  double dropout_;
  ResNetTrunk trunk_;
  torch::nn::Linear fc_;
};

}  // namespace carica::models
