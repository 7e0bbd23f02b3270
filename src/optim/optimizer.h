// optim: parameter groups, optimizers, schedules, moving averages of weights. May include core and
// config.
#pragma once

#include <torch/nn/module.h>

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

/// Divides trainable parameters: norms (1-D weights), biases, layer scales and embeddings without
/// decay when the config says so, lr_scale by the first pattern that matches times layer_decay to
/// the number of layers behind (layers.h). Patterns are ECMAScript regular
/// expressions that match anywhere in the name ("^fc\\." anchors one), tried in alphabetical order.
/// A tensor that has several names counts once, by the first. Throws Error(kConfig) for a pattern
/// that is malformed or matches no parameter, or only ones that an earlier pattern takes, and for a
/// network without trainable parameters.
std::vector<ParameterGroup> parameter_groups(const torch::nn::Module& network,
                                             const config::OptimConfig& config);

/// SGD, Adam and AdamW with the meanings of torch.optim, on torch's fused kernels. Gradients stay
/// allocated and are zeroed in place. Make it when the parameters have their final device, type and
/// memory layout; any dense layout will do (channels_last). Not thread-safe.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// One update with the groups' rates at lr * lr_scale; parameters without gradient are passed
  /// over. Throws Error(kShape) when a parameter has changed its layout or device since
  /// construction.
  virtual void step(double lr) = 0;
  /// Drops the gradients: the next backward gives its own away instead of adding to zeros.
  void zero_grad();
  void scale_gradients(double factor);
  /// Scales gradients down to a total norm of at most `max_norm`; returns the norm before, a device
  /// scalar, without synchronising.
  torch::Tensor clip_grad_norm(double max_norm);
  /// Views of the state by name: read them to save, copy into them to resume.
  /// sgd: "momentum_buffer.<parameter>" (none without momentum). adam, adamw:
  /// "exp_avg.<parameter>", "exp_avg_sq.<parameter>" and "step.<parameter>", float32[], the updates
  /// it has had.
  virtual NamedTensors state() = 0;

  const std::vector<ParameterGroup>& groups() const { return groups_; }

 protected:
  /// Throws Error(kShape) for parameters that are not dense, or of several devices or types.
  explicit Optimizer(std::vector<ParameterGroup> groups);
  std::vector<ParameterGroup> groups_;
};

/// Throws Error(kConfig) for an unknown name, or numbers that the optimizer cannot use.
std::unique_ptr<Optimizer> make_optimizer(std::vector<ParameterGroup> groups,
                                          const config::OptimConfig& config);

}  // namespace carica::optim
