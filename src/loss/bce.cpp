#include "loss/term.h"

namespace carica::loss {
namespace {

/// Mean over counted targets and outputs of -t log s(x) - (1 - t) log(1 - s(x)), s the sigmoid.
/// Binary head: t is 1 for class 1. One against the rest: t is 1 for the target's class. Smoothing
/// by e makes t into t (1 - e) + e / classes, the target distribution of torch's cross_entropy.
/// Sets of labels: t is 1 for each label of a sample, smoothed to t (1 - e) + e / 2.
class Bce : public Loss::Term {
 public:
  explicit Bce(double smoothing) : smoothing_(smoothing) {}

  torch::Tensor operator()(TermInput& input) const override {
    const auto& x = input.logits();
    if (input.has_label_sets()) return of_label_sets(x, input.targets());
    const bool binary = input.activation() == Activation::kBinarySigmoid;
    auto t = (binary ? (input.targets() == 1).unsqueeze(1) : input.one_hot()).to(x.scalar_type());
    if (smoothing_ > 0) t = t * (1 - smoothing_) + smoothing_ / input.classes();
    const auto each = at::binary_cross_entropy_with_logits(x, t, /*weight=*/{}, /*pos_weight=*/{},
                                                           at::Reduction::None);
    const auto sum = each.masked_fill(input.ignored().unsqueeze(1), 0).sum();
    return sum / (input.counted() * x.size(1));
  }

 private:
  torch::Tensor of_label_sets(const torch::Tensor& x, const torch::Tensor& sets) const {
    auto t = sets.to(x.scalar_type());
    if (smoothing_ > 0) t = t * (1 - smoothing_) + smoothing_ / 2;
    return at::binary_cross_entropy_with_logits(x, t, /*weight=*/{}, /*pos_weight=*/{},
                                                at::Reduction::Mean);
  }

  double smoothing_;
};

}  // namespace

TermPtr make_term(const config::BceLoss& config, const LossOptions&) {
  return std::make_shared<Bce>(config.label_smoothing);
}

}  // namespace carica::loss
