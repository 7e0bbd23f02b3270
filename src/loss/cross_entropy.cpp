#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "loss/term.h"
#include "ops/device_kernels.h"
#include "ops/upsample.h"

namespace carica::loss {
namespace {

void check_weights(const std::vector<double>& weights, int classes) {
  if (static_cast<int>(weights.size()) != classes) {
    throw Error(ErrorCode::kConfig, cat("cross_entropy.class_weight_list: ", weights.size(),
                                        " numbers for ", classes, " classes; must be one each"));
  }
  for (const double weight : weights) {
    if (!(weight >= 0) || weight == INFINITY) {
      throw Error(ErrorCode::kConfig, cat("cross_entropy.class_weight_list: ", weight,
                                          "; must be finite and at least 0"));
    }
  }
}

/// Counts above 0; the others would get an infinite weight.
std::vector<double> occurring(const std::vector<double>& counts) {
  std::vector<double> present;
  std::copy_if(counts.begin(), counts.end(), std::back_inserter(present),
               [](double count) { return count > 0; });
  return present;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/// Of each class: its count, as a share of what is around it where that is known.
std::vector<double> frequencies(const LossOptions& options) {
  std::vector<double> shares = options.class_counts;
  if (options.counts_around.empty()) return shares;
  for (std::size_t c = 0; c < shares.size(); ++c) {
    if (shares[c] > 0) shares[c] /= options.counts_around.at(c);
  }
  return shares;
}

/// Empty for none. inverse: samples / (classes * count of the class), as scikit-learn's "balanced".
/// median_frequency: median of the frequencies / frequency of the class, frequencies among the
/// masks that a class occurs in (Eigen & Fergus 2015). A class that does not occur is left out of
/// both and weighs 1.
std::vector<double> class_weights(const config::CrossEntropyLoss& config,
                                  const LossOptions& options) {
  const auto& kind = config.class_weights;
  if (kind == "none") return {};
  if (kind == "list") {
    check_weights(config.class_weight_list, options.classes);
    return config.class_weight_list;
  }
  if (kind != "inverse" && kind != "median_frequency") {
    throw Error(ErrorCode::kConfig, cat("cross_entropy.class_weights = ", kind,
                                        ": must be none, inverse, median_frequency or list"));
  }
  const bool inverse = kind == "inverse";
  const auto counts = inverse ? options.class_counts : frequencies(options);
  const auto present = occurring(counts);
  if (static_cast<int>(counts.size()) != options.classes || present.empty()) {
    throw Error(ErrorCode::kConfig,
                cat("cross_entropy.class_weights = ", kind, ": counts of ", present.size(),
                    " classes for ", options.classes, "; the training split must be counted"));
  }
  const double total = std::accumulate(present.begin(), present.end(), 0.0);
  const double scale = inverse ? total / static_cast<double>(present.size()) : median(present);
  std::vector<double> weights;
  for (const double count : counts) weights.push_back(count > 0 ? scale / count : 1.0);
  return weights;
}

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
    return total / denominator(input, weights);
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

  static torch::Tensor denominator(TermInput& input, const torch::Tensor& weights) {
    if (!weights.defined()) return input.counted();
    const auto sum = weights.index({input.safe_targets()}).masked_fill(input.ignored(), 0).sum();
    return sum + (sum == 0);  // all ignored: 0 / 1
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
