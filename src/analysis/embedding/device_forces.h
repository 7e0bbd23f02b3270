#pragma once

#include <torch/types.h>

#include "analysis/embedding/forces.h"

namespace carica::analysis {

/// exact_repulsion of torch's operators, in blocks of rows; any device.
Repulsion device_repulsion(const torch::Tensor& positions);

/// attraction of torch's operators, any device: the sums of rows are segments, not scattered
/// additions, whose order would change from run to run.
torch::Tensor device_attraction(const Affinities& p, const torch::Tensor& positions);

}  // namespace carica::analysis
