#include "optim/optimizer.h"

#include "core/error.h"
#include "core/text.h"
#include "optim/fused.h"

namespace carica::optim {
namespace {

struct Row {
  const char* name;
  std::unique_ptr<Optimizer> (*build)(std::vector<ParameterGroup> groups,
                                      const config::OptimConfig& config);
};

/// THE table of optimizers.
constexpr Row kOptimizers[] = {
    {"sgd", make_sgd},
    {"adam", make_adam},
    {"adamw", make_adamw},
};

std::vector<torch::Tensor> gradients_of(const std::vector<ParameterGroup>& groups) {
  std::vector<torch::Tensor> gradients;
  for (const auto& group : groups) {
    for (const auto& parameter : group.parameters) {
      if (parameter.grad().defined()) gradients.push_back(parameter.grad());
    }
  }
  return gradients;
}

}  // namespace

Optimizer::Optimizer(std::vector<ParameterGroup> groups) : groups_(std::move(groups)) {
  if (groups_.empty()) throw Error(ErrorCode::kShape, "optimizer: no parameters");
  const auto& first = groups_[0].parameters.at(0);
  for (const auto& group : groups_) {
    for (std::size_t i = 0; i < group.parameters.size(); ++i) {
      const auto& parameter = group.parameters[i];
      if (!parameter.is_non_overlapping_and_dense()) {
        throw Error(ErrorCode::kShape, cat("optimizer: ", group.names[i], " has strides ",
                                           parameter.strides(), "; must be dense in memory"));
      }
      if (parameter.device() != first.device() || parameter.dtype() != first.dtype()) {
        throw Error(ErrorCode::kShape,
                    cat("optimizer: ", group.names[i], " is ", parameter.scalar_type(), " on ",
                        parameter.device(), ", others are ", first.scalar_type(), " on ",
                        first.device(), "; must be the same"));
      }
    }
  }
}

void Optimizer::zero_grad() {
  for (auto& group : groups_) {
    for (auto& parameter : group.parameters) parameter.mutable_grad().reset();
  }
}

void Optimizer::scale_gradients(double factor) {
  const torch::NoGradGuard no_grad;
  const auto gradients = gradients_of(groups_);
  if (!gradients.empty()) at::_foreach_mul_(gradients, factor);
}

torch::Tensor Optimizer::clip_grad_norm(double max_norm) {
  const torch::NoGradGuard no_grad;
  const auto gradients = gradients_of(groups_);
  if (gradients.empty()) return torch::zeros({}, groups_[0].parameters[0].options());
  const auto total = torch::linalg_vector_norm(torch::stack(at::_foreach_norm(gradients, 2)));
  // Always scaled, by 1 when short enough: to decide would mean to wait for the device.
  const auto factor = (max_norm / (total + 1e-6)).clamp_max(1.0);
  at::_foreach_mul_(gradients, factor);
  return total;
}

std::unique_ptr<Optimizer> make_optimizer(std::vector<ParameterGroup> groups,
                                          const config::OptimConfig& config) {
  std::vector<std::string> names;
  for (const auto& row : kOptimizers) {
    if (config.name == row.name) return row.build(std::move(groups), config);
    names.emplace_back(row.name);
  }
  throw Error(ErrorCode::kConfig,
              cat("optim.name = ", config.name, ": must be one of ", join(names)));
}

}  // namespace carica::optim
