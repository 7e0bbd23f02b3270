#pragma once

#include <torch/types.h>

namespace carica::analysis {

/// The nearest other points of each point, nearest first; of equally near ones the lower index.
struct Neighbors {
  torch::Tensor indices;            // int64[N,k]
  torch::Tensor squared_distances;  // float[N,k], Euclidean
};

/// Exact neighbours of features float[N,F], on their device; 1 <= k < N. Candidates come from
/// matrix products, block by block, so that no N x N matrix is kept; their distances and order from
/// differences. Equal points are neighbours at distance 0. Throws Error(kUsage) for another k, and
/// as checked_points does.
Neighbors nearest_neighbors(const torch::Tensor& features, std::int64_t k);

}  // namespace carica::analysis
