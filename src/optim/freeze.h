#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <memory>
#include <string>
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

  /// Whether a parameter that is matched has this prefix in its name.
  bool matches(const std::string& prefix) const;

  /// Numbers in the parameters that are matched.
  std::int64_t count() const;

 private:
  config::FreezeConfig config_;
  std::vector<torch::Tensor> parameters_;
  std::vector<std::string> names_;  // theirs
  std::vector<std::shared_ptr<torch::nn::Module>> norms_;
  bool frozen_ = false;
};

/// A warning, where model.head=reinit makes new heads, names with these prefixes, that are frozen
/// all the time; empty otherwise.
std::string doubt_of_heads(const Freeze& freeze, const std::vector<std::string>& heads,
                           const config::Config& config);

}  // namespace carica::optim
