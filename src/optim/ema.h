#pragma once

#include <torch/nn/module.h>

#include <string>
#include <utility>
#include <vector>

#include "config/config.h"

namespace carica::optim {

/// Exponential moving average of a network's parameters and buffers (integer buffers are copied).
class Ema {
 public:
  Ema(const torch::nn::Module& network, const config::EmaConfig& config);
  /// average = decay * average + (1 - decay) * current, with decay as EmaConfig says for optimizer
  /// step `step`.
  void update(const torch::nn::Module& network, std::int64_t step);
  /// Averages by parameter name, to save and to copy into.
  const std::vector<std::pair<std::string, torch::Tensor>>& tensors() const { return average_; }

 private:
  double decay_;
  int warmup_steps_;
  std::vector<std::pair<std::string, torch::Tensor>> average_;
};

}  // namespace carica::optim
