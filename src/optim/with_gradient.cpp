#include "optim/with_gradient.h"

#include "core/error.h"
#include "core/text.h"

namespace carica::optim {

WithGradient with_gradient(const ParameterGroup& group) {
  WithGradient active;
  active.group = &group;
  for (std::size_t i = 0; i < group.parameters.size(); ++i) {
    const auto& parameter = group.parameters[i];
    auto& gradient = parameter.mutable_grad();
    if (!gradient.defined()) continue;
    if (gradient.strides() != parameter.strides()) {
      gradient = torch::empty_like(parameter).copy_(gradient);
    }
    active.index.push_back(i);
    active.parameters.push_back(parameter);
    active.gradients.push_back(gradient);
  }
  return active;
}

std::vector<torch::Tensor> WithGradient::pick(const std::vector<torch::Tensor>& state) const {
  std::vector<torch::Tensor> picked;
  picked.reserve(index.size());
  for (std::size_t k = 0; k < index.size(); ++k) {
    const auto& entry = state[index[k]];
    if (entry.strides() != parameters[k].strides() || entry.device() != parameters[k].device()) {
      throw Error(ErrorCode::kShape,
                  cat("optimizer: ", group->names[index[k]],
                      " has another memory layout or device than when the optimizer was made; "
                      "move the network first"));
    }
    picked.push_back(entry);
  }
  return picked;
}

std::vector<torch::Tensor> zeros_beside(const ParameterGroup& group) {
  std::vector<torch::Tensor> state;
  for (const auto& parameter : group.parameters) {
    state.push_back(torch::zeros_like(parameter.detach()));
  }
  return state;
}

}  // namespace carica::optim
