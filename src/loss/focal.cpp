#include "loss/term.h"

namespace carica::loss {
namespace {

/// Mean over counted targets of (1 - p)^gamma * -log p, p the softmax probability of the target.
/// Source: Lin et al. 2017, "Focal loss for dense object detection", without its alpha.
class Focal : public Loss::Term {
 public:
  explicit Focal(double gamma) : gamma_(gamma) {}

  torch::Tensor operator()(TermInput& input) const override {
    const auto nll = input.negative_log_likelihood();
    // 1 - p without cancellation. At p = 1 the power's slope is infinite for gamma < 1, and
    // infinity times 0 is NaN: the clamp cuts the gradient there, where the loss is 0.
    const auto miss = (-torch::expm1(-nll)).clamp_min(1e-12);
    return (miss.pow(gamma_) * nll).sum() / input.counted();
  }

 private:
  double gamma_;
};

}  // namespace

TermPtr make_term(const config::FocalLoss& config, const LossOptions&) {
  return std::make_shared<Focal>(config.gamma);
}

}  // namespace carica::loss
