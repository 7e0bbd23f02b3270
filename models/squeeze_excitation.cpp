#include "models/squeeze_excitation.h"

#include "models/blocks.h"

namespace carica::models {

SqueezeExcitationImpl::SqueezeExcitationImpl(const SqueezeExcitationOptions& o)
    : activation_(o.activation),
      gate_(o.gate),
      fc1_(register_module(
          "fc1", make_conv({.in = o.channels, .out = o.squeezed, .kernel = 1, .bias = true}))),
      fc2_(register_module(
          "fc2", make_conv({.in = o.squeezed, .out = o.channels, .kernel = 1, .bias = true}))) {}

torch::Tensor SqueezeExcitationImpl::forward(const torch::Tensor& x) {
  const auto means = torch::adaptive_avg_pool2d(x, {1, 1});
  return x * activate(gate_, fc2_->forward(activate(activation_, fc1_->forward(means))));
}

}  // namespace carica::models
