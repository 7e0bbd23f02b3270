#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "config/config.h"

namespace carica::optim {

/// What of a network is not trained: parameters whose names a pattern matches (ECMAScript, anywhere
/// in the name), for the first `epochs` epochs, or always. A norm whose parameters are all frozen
/// stays in evaluation mode, so that its statistics stay as well.
class Freeze {
 public:
  /// Throws Error(kConfig) for a pattern that is malformed or matches no parameter, and when none
  /// would be left to train.
  Freeze(torch::nn::Module& network, const config::FreezeConfig& config);

  /// For training in `epoch`, from 0; after network.train(). True when parameters begin or cease
  /// to be frozen by it.
  bool apply(std::int64_t epoch);

  /// Puts the norms of frozen parameters into evaluation mode, as apply() does while it freezes.
  void hold_norms() const;

  /// Numbers in the parameters that are matched.
  std::int64_t count() const;

 private:
  config::FreezeConfig config_;
  std::vector<torch::Tensor> parameters_;
  std::vector<std::shared_ptr<torch::nn::Module>> norms_;
  bool frozen_ = false;
};

}  // namespace carica::optim
