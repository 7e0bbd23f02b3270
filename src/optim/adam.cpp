#include "core/error.h"
#include "core/text.h"
#include "optim/fused.h"
#include "optim/with_gradient.h"

namespace carica::optim {
namespace {

class Adam : public Optimizer {
 public:
  /// `decoupled` makes it AdamW.
  Adam(std::vector<ParameterGroup> groups, const config::OptimConfig& config, bool decoupled)
      : Optimizer(std::move(groups)),
        beta1_(config.betas[0]),
        beta2_(config.betas[1]),
        eps_(config.eps),
        decoupled_(decoupled) {
    std::int64_t parameters = 0;
    for (const auto& group : groups_) {
      parameters += static_cast<std::int64_t>(group.parameters.size());
    }
    const auto options = groups_.at(0).parameters.at(0).options();
    steps_ = torch::zeros({parameters}, options.dtype(torch::kFloat).requires_grad(false));
    std::int64_t begin = 0;
    for (const auto& group : groups_) {
      const auto end = begin + static_cast<std::int64_t>(group.parameters.size());
      auto steps = steps_.slice(0, begin, end);
      moments_.push_back({.mean = zeros_beside(group),
                          .square = zeros_beside(group),
                          .steps = steps,
                          .step_of = steps.unbind(),
                          .rate = {}});
      begin = end;
    }
  }

  void step(double lr) override {
    const torch::NoGradGuard no_grad;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      auto active = with_gradient(groups_[g]);
      if (!active.index.empty()) update(active, moments_[g], lr * groups_[g].lr_scale);
    }
  }

  NamedTensors state() override {
    NamedTensors named;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      for (std::size_t i = 0; i < groups_[g].names.size(); ++i) {
        named.emplace_back("exp_avg." + groups_[g].names[i], moments_[g].mean[i]);
        named.emplace_back("exp_avg_sq." + groups_[g].names[i], moments_[g].square[i]);
        named.emplace_back("step." + groups_[g].names[i], moments_[g].step_of[i]);
      }
    }
    return named;
  }

 private:
  /// State of one group, per parameter.
  struct Moments {
    std::vector<torch::Tensor> mean, square;
    torch::Tensor steps;                 // float32[parameters], a part of steps_
    std::vector<torch::Tensor> step_of;  // its scalars
    torch::Tensor rate;                  // on the device
  };

  void update(WithGradient& active, Moments& moments, double lr) {
    auto mean = active.pick(moments.mean);
    auto square = active.pick(moments.square);
    std::vector<torch::Tensor> steps;
    for (const auto i : active.index) steps.push_back(moments.step_of[i]);
    if (active.all()) {
      moments.steps.add_(1);  // one small kernel in place of one per parameter
    } else {
      at::_foreach_add_(steps, 1);
    }
    const double decay = active.group->weight_decay;
    with_rate(lr, active.parameters[0], moments.rate, [&](const auto& rate) {
      if (decoupled_) {
        at::_fused_adamw_(active.parameters, active.gradients, mean, square, {}, steps, rate,
                          beta1_, beta2_, decay, eps_, /*amsgrad=*/false, /*maximize=*/false);
      } else {
        at::_fused_adam_(active.parameters, active.gradients, mean, square, {}, steps, rate, beta1_,
                         beta2_, decay, eps_, /*amsgrad=*/false, /*maximize=*/false);
      }
    });
  }

  double beta1_, beta2_, eps_;
  bool decoupled_;
  std::vector<Moments> moments_;  // per group
  torch::Tensor steps_;           // float32, over all groups
};

void check(const config::OptimConfig& config) {
  const auto& betas = config.betas;
  if (betas.size() != 2) {
    throw Error(ErrorCode::kConfig,
                cat("optim.betas: ", betas.size(), " numbers; must be two, each in [0, 1)"));
  }
  for (const double beta : betas) {
    if (!(beta >= 0 && beta < 1)) {
      throw Error(ErrorCode::kConfig, cat("optim.betas: ", beta, "; must be in [0, 1)"));
    }
  }
  if (!(config.eps >= 0)) {
    throw Error(ErrorCode::kConfig, cat("optim.eps = ", config.eps, ": must be at least 0"));
  }
}

}  // namespace

std::unique_ptr<Optimizer> make_adam(std::vector<ParameterGroup> groups,
                                     const config::OptimConfig& config) {
  check(config);
  return std::make_unique<Adam>(std::move(groups), config, /*decoupled=*/false);
}

std::unique_ptr<Optimizer> make_adamw(std::vector<ParameterGroup> groups,
                                      const config::OptimConfig& config) {
  check(config);
  return std::make_unique<Adam>(std::move(groups), config, /*decoupled=*/true);
}

}  // namespace carica::optim
