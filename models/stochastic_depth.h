#pragma once

#include <torch/types.h>

namespace carica::models {

/// Leaves a residual branch out of some samples of a training batch (Huang et al. 2016): each
/// sample's values become 0 with probability `rate`, else are divided by 1 - rate. x: float[N,...];
/// `x` itself where rate is 0 or not training. Draws from torch's default generator as
/// torchvision's stochastic_depth in mode "row".
torch::Tensor stochastic_depth(const torch::Tensor& x, double rate, bool training);

}  // namespace carica::models
