#include "core/error.h"
#include "core/text.h"
#include "optim/fused.h"
#include "optim/with_gradient.h"

namespace carica::optim {
namespace {

class Sgd : public Optimizer {
 public:
  Sgd(std::vector<ParameterGroup> groups, double momentum, bool nesterov)
      : Optimizer(std::move(groups)),
        momentum_(momentum),
        nesterov_(nesterov),
        rates_(groups_.size()) {
    if (momentum_ == 0) return;
    for (const auto& group : groups_) buffers_.push_back(zeros_beside(group));
  }

  void step(double lr) override {
    const torch::NoGradGuard no_grad;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const auto& group = groups_[g];
      auto active = with_gradient(group);
      if (active.index.empty()) continue;
      auto buffers = momentum_ == 0 ? std::vector<torch::Tensor>() : active.pick(buffers_[g]);
      with_rate(lr * group.lr_scale, active.parameters[0], rates_[g], [&](const auto& rate) {
        // From a buffer of zeros the ordinary update is the first one: momentum * 0 + gradient.
        at::_fused_sgd_(active.parameters, active.gradients, buffers, group.weight_decay, momentum_,
                        rate, /*dampening=*/0, nesterov_, /*maximize=*/false,
                        /*is_first_step=*/false);
      });
    }
  }

  NamedTensors state() override {
    NamedTensors named;
    for (std::size_t g = 0; g < buffers_.size(); ++g) {
      for (std::size_t i = 0; i < buffers_[g].size(); ++i) {
        named.emplace_back("momentum_buffer." + groups_[g].names[i], buffers_[g][i]);
      }
    }
    return named;
  }

 private:
  double momentum_;
  bool nesterov_;
  std::vector<std::vector<torch::Tensor>>
      buffers_;                       // per group and parameter; none without momentum
  std::vector<torch::Tensor> rates_;  // per group, on the device
};

}  // namespace

std::unique_ptr<Optimizer> make_sgd(std::vector<ParameterGroup> groups,
                                    const config::OptimConfig& config) {
  if (!(config.momentum >= 0 && config.momentum < 1)) {
    throw Error(ErrorCode::kConfig,
                cat("optim.momentum = ", config.momentum, ": must be in [0, 1)"));
  }
  if (config.nesterov && config.momentum == 0) {
    throw Error(ErrorCode::kConfig, "optim.nesterov = true: needs a momentum above 0");
  }
  return std::make_unique<Sgd>(std::move(groups), config.momentum, config.nesterov);
}

}  // namespace carica::optim
