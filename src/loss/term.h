#pragma once

#include <torch/types.h>

#include <memory>

#include "config/config.h"
#include "loss/loss.h"
#include "loss/term_input.h"

namespace carica::loss {

/// One term of a loss. Immutable but for the device of its tensors.
class Loss::Term {
 public:
  virtual ~Term() = default;
  /// A scalar of the logits' type, without the term's weight.
  virtual torch::Tensor operator()(TermInput& input) const = 0;
  virtual void to(torch::Device device) { (void)device; }

  double weight = 1;
};

using TermPtr = std::shared_ptr<Loss::Term>;

// One for each alternative of config::LossTerm, each in the file of its name.
TermPtr make_term(const config::CrossEntropyLoss& config, const LossOptions& options);
TermPtr make_term(const config::BceLoss& config, const LossOptions& options);
TermPtr make_term(const config::DiceLoss& config, const LossOptions& options);
TermPtr make_term(const config::FocalLoss& config, const LossOptions& options);

}  // namespace carica::loss
