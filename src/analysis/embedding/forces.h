#pragma once

#include <torch/types.h>

#include "analysis/embedding/affinities.h"

namespace carica::analysis {

// t-SNE's forces on points at float[D,N], D = 2 or 3: coordinates in rows. With q_ij = 1 / (1 +
// |y_i - y_j|^2) the gradient of KL(P || q / Z) is 4 (sum_j p_ij q_ij (y_i - y_j) - sum_j q_ij^2
// (y_i - y_j) / Z). On the CPU own loops over threads, with equal bits for any number of them;
// elsewhere torch's operators, those that are deterministic.

/// What all points do to each other.
struct Repulsion {
  torch::Tensor forces;      // float[D,N]: sum_j q_ij^2 (y_i - y_j)
  torch::Tensor normalizer;  // double[]: Z, the sum of q_ij over i != j
};

/// All N^2 pairs.
Repulsion exact_repulsion(const torch::Tensor& positions);

/// float[D,N]: sum_j p_ij q_ij (y_i - y_j). `p` on the device of the positions.
torch::Tensor attraction(const Affinities& p, const torch::Tensor& positions);

/// KL(P || q / Z), in nats, of the pairs in P.
double divergence(const Affinities& p, const torch::Tensor& positions,
                  const torch::Tensor& normalizer);

}  // namespace carica::analysis
