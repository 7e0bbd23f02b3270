#pragma once

#include <torch/nn/module.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "eval/device_batch.h"
#include "eval/model.h"
#include "loss/loss.h"
#include "optim/ema.h"
#include "optim/optimizer.h"
#include "train/mix.h"
#include "train/sums.h"

namespace carica::train {

/// What one training step does to a network: forward, loss, backward, and after the last batch of a
/// window clip, optimizer and moving average.
class Update {
 public:
  Update(eval::Model& model, const loss::Loss& loss);

  /// Forward and backward of one batch, whose pictures are mixed by `mix` already; the gradient
  /// counts 1/window. Returns false when the loss is not finite and that is known at once (on the
  /// CPU, or with nan: skip); then the batch adds nothing to the window's gradients, and with
  /// nan: skip the buffers (statistics of batch norms) are as before it.
  bool accumulate(const eval::DeviceBatch& batch, const Mix& mix, int window, Sums& sums);
  /// The optimizer's step with rate `lr`, after the window's last batch, on the mean of the batches
  /// that came; of none, nothing happens. `step` counts optimizer steps. Returns false when the
  /// norm of the gradient is looked at (with clip_grad_norm or nan: skip), is not finite, and that
  /// is known at once; then the gradient is thrown away and nothing else changes, and with
  /// nan: skip the buffers are as before the window's first batch.
  bool apply(double lr, std::int64_t step);
  /// On a GPU: true when all losses since the last call were finite, and the gradients of which the
  /// norm was looked at. Synchronises. On the CPU always true.
  bool losses_were_finite();

  optim::Optimizer& optimizer() { return *optimizer_; }
  optim::Ema* ema() { return ema_ ? &*ema_ : nullptr; }

 private:
  /// Of the logits, and of those of an auxiliary head by its weight.
  torch::Tensor loss_of(const models::Output& output, const torch::Tensor& targets) const;

  eval::Model& model_;
  const loss::Loss& loss_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  std::optional<optim::Ema> ema_;
  bool skips_, check_each_;
  int window_ = 1, came_ = 0;            // batches that the window was to have, and has
  std::vector<torch::Tensor> buffers_;   // with nan: skip
  std::vector<torch::Tensor> opened_;    // as they were before the window's first batch
  std::vector<torch::Tensor> previous_;  // and before a later one
  torch::Tensor all_finite_;             // bool on the device
};

/// While it lives, the network has the moving average's weights; afterwards its own again, to the
/// bit.
class AveragedWeights {
 public:
  AveragedWeights(torch::nn::Module& network, const optim::Ema* ema);
  ~AveragedWeights();
  AveragedWeights(const AveragedWeights&) = delete;
  AveragedWeights& operator=(const AveragedWeights&) = delete;

 private:
  optim::NamedTensors live_;                // the network's own tensors
  std::vector<torch::Tensor> own_weights_;  // copies of them
};

}  // namespace carica::train
