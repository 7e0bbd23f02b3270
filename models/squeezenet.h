#pragma once

#include "models/chain.h"
#include "models/classifier_options.h"
#include "models/input_rule.h"
#include "models/network.h"

namespace carica::models {

/// squeezenet1_1: few channels are squeezed out of many and expanded again by 1x1 and 3x3
/// convolutions (Iandola et al. 2016), as torchvision's: names, function, fresh weights from the
/// same seed. The head is a 1x1 convolution with ReLU, whose maps are averaged to the logits.
/// Pictures of at least 17x17 px. features(): float[N,512], the average of the maps that the head
/// gets.
class SqueezeNet : public Network {
 public:
  explicit SqueezeNet(const ClassifierOptions& options);

  Output forward(const torch::Tensor& pictures) override;
  torch::Tensor features(const torch::Tensor& pictures) override;
  void check(at::IntArrayRef pictures) const override;
  std::string head() const override { return "classifier.1."; }

 private:
  torch::Tensor maps(const torch::Tensor& pictures);

  InputRule rule_;
  double dropout_;
  Chain features_;
  torch::nn::Conv2d head_;
};

}  // namespace carica::models
