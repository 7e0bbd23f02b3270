#pragma once

#include <torch/types.h>

#include <cstddef>
#include <vector>

#include "optim/optimizer.h"

namespace carica::optim {

/// The parameters of a group that have a gradient now, as the fused kernels want them.
struct WithGradient {
  const ParameterGroup* group;
  std::vector<std::size_t> index;  // their places in the group
  std::vector<torch::Tensor> parameters;
  std::vector<torch::Tensor> gradients;

  bool all() const { return index.size() == group->parameters.size(); }
  /// Their entries of a state that is one tensor per parameter of the group. Throws Error(kShape)
  /// for one whose layout or device is not the parameter's any more.
  std::vector<torch::Tensor> pick(const std::vector<torch::Tensor>& state) const;
};

/// A gradient whose memory layout is not its parameter's is replaced by a copy that is (once: it
/// stays allocated). The fused kernels walk through memory and never look at strides.
WithGradient with_gradient(const ParameterGroup& group);

/// Zeros beside each parameter of a group, in its layout.
std::vector<torch::Tensor> zeros_beside(const ParameterGroup& group);

/// Calls update(rate) with the rate as fused kernels take it best: a number on the CPU; elsewhere a
/// tensor on the device, kept in `device_rate`, so that a captured step can be given another rate.
template <typename Update>
void with_rate(double lr, const torch::Tensor& parameter, torch::Tensor& device_rate,
               const Update& update) {
  if (parameter.is_cpu()) {
    update(lr);
    return;
  }
  if (!device_rate.defined()) {
    device_rate = torch::empty({}, parameter.options().dtype(torch::kFloat).requires_grad(false));
  }
  device_rate.fill_(lr);
  update(device_rate);
}

}  // namespace carica::optim
