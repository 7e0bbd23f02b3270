#include "loss/class_weights.h"
#include "loss/term.h"
#include "ops/device_kernels.h"
#include "ops/upsample.h"

namespace carica::loss {
namespace {

/// With w the class weights (1 without), y the target, s the smoothing, sums over counted targets:
///   sum w[y] * -log p[y] * (1 - s) + sum_c w[c] * -log p[c] * s / classes,  divided by  sum w[y].
/// The same as torch.nn.functional.cross_entropy, and 0 where that divides by zero.
class CrossEntropy : public Loss::Term {
 public:
  CrossEntropy(double smoothing, bool fused, const std::vector<double>& weights)
      : smoothing_(smoothing), fused_(fused) {
    if (!weights.empty()) weights_ = torch::tensor(weights, torch::kDouble);
  }

  torch::Tensor operator()(TermInput& input) const override {
    if (fused_ && ops::has_kernels_for(input.raw_logits())) return fused(input);
    const auto weights =
        weights_.defined() ? weights_.to(input.logits().scalar_type()) : torch::Tensor();
    auto total = input.negative_log_likelihood(weights).sum();
    if (smoothing_ > 0) {
      total = total * (1 - smoothing_) + uniform(input, weights) * (smoothing_ / input.classes());
    }
    if (!weights.defined()) return total / input.counted();
    const auto sum = weight_of_targets(input, weights);
    const auto is_none = sum == 0;
    return (total / (sum + is_none)).masked_fill(is_none, 0);
  }

  void to(torch::Device device) override {
    if (weights_.defined()) weights_ = weights_.to(device);
  }

 private:
  torch::Tensor fused(const TermInput& input) const {
    ops::CrossEntropyOptions options;
    if (weights_.defined()) options.weight = weights_;
    options.ignore_index = input.ignore_index();
    options.label_smoothing = smoothing_;
    const auto &logits = input.raw_logits(), &targets = input.targets();
    if (logits.sizes().slice(2) == targets.sizes().slice(1)) {
      return ops::cross_entropy(logits, targets, options);
    }
    return ops::upsample_cross_entropy(logits, targets, options);
  }

  /// Sum over counted targets and all classes of w[c] * -log p[c].
  static torch::Tensor uniform(TermInput& input, const torch::Tensor& weights) {
    auto each = input.log_softmax();
    if (weights.defined()) {
      auto shape = std::vector<std::int64_t>(static_cast<std::size_t>(each.dim()), 1);
      shape[1] = -1;
      each = each * weights.view(shape);
    }
    return -each.sum(1).masked_fill(input.ignored(), 0).sum();
  }

  /// Sum over counted targets of w[y].
  static torch::Tensor weight_of_targets(TermInput& input, const torch::Tensor& weights) {
    return weights.index({input.safe_targets()}).masked_fill(input.ignored(), 0).sum();
  }

  double smoothing_;
  bool fused_;
  torch::Tensor weights_;  // float64[classes], or undefined
};

}  // namespace

TermPtr make_term(const config::CrossEntropyLoss& config, const LossOptions& options) {
  return std::make_shared<CrossEntropy>(config.label_smoothing, config.fused,
                                        class_weights(config, options));
}

}  // namespace carica::loss
