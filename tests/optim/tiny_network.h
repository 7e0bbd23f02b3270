#pragma once

#include <torch/nn/module.h>

#include <memory>

#include "golden/optim.h"
#include "optim/optimizer.h"

namespace carica::optim {

/// The regression of the golden trajectories: tanh(x w' + b) against y, mean squared error.
class TinyNetwork : public torch::nn::Module {
 public:
  TinyNetwork() {
    weight_ = register_parameter("weight", torch::tensor(golden::k_weight).view({2, 3}));
    bias_ = register_parameter("bias", torch::tensor(golden::k_bias));
  }

  torch::Tensor loss() const {
    const auto x = torch::tensor(golden::k_x).view({6, 3}).to(weight_.device());
    const auto y = torch::tensor(golden::k_y).view({6, 2}).to(weight_.device());
    return (torch::tanh(torch::matmul(x, weight_.t()) + bias_) - y).square().mean();
  }
  const torch::Tensor& weight() const { return weight_; }
  const torch::Tensor& bias() const { return bias_; }

 private:
  torch::Tensor weight_, bias_;
};

/// All parameters with decay, as torch.optim does.
inline config::OptimConfig plain(const std::string& name, double weight_decay = 0) {
  config::OptimConfig config;
  config.name = name;
  config.weight_decay = weight_decay;
  config.momentum = 0;
  config.no_decay_norm_bias = false;
  return config;
}

inline std::unique_ptr<Optimizer> optimizer_for(const torch::nn::Module& network,
                                                const config::OptimConfig& config) {
  return make_optimizer(parameter_groups(network, config), config);
}

}  // namespace carica::optim
