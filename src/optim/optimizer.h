// optim: parameter groups, optimizers, schedules, moving averages of weights. May include core and config.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"

namespace carica::optim {

using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

/// Parameters that share a rate factor and a weight decay.
struct ParameterGroup {
  std::vector<std::string> names;
  std::vector<torch::Tensor> parameters;
  double lr_scale = 1;
  double weight_decay = 0;
};

/// Divides trainable parameters: norms (1-D weights) and biases without decay when the config says so, lr_scale by the first pattern that
/// matches. Throws Error(kConfig) for a pattern that matches no parameter.
std::vector<ParameterGroup> parameter_groups(const torch::nn::Module& network, const config::OptimConfig& config);

/// SGD, Adam and AdamW with the meanings of torch.optim, on torch's fused kernels. Gradients stay allocated and are zeroed in place.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// One update with the groups' rates at lr * lr_scale; parameters without gradient are passed over.
  virtual void step(double lr) = 0;
  void zero_grad();
  /// Scales gradients down to a total norm of at most `max_norm`; returns the norm before, a device scalar, without synchronising.
  torch::Tensor clip_grad_norm(double max_norm);
  /// Views of the state by name ("momentum_buffer.fc.weight", "exp_avg.fc.weight", "step"): read them to save, copy into them to resume.
  virtual NamedTensors state() = 0;

  const std::vector<ParameterGroup>& groups() const { return groups_; }

 protected:
  explicit Optimizer(std::vector<ParameterGroup> groups) : groups_(std::move(groups)) {}
  std::vector<ParameterGroup> groups_;
};

std::unique_ptr<Optimizer> make_optimizer(std::vector<ParameterGroup> groups, const config::OptimConfig& config);

}  // namespace carica::optim
