#pragma once

#include <torch/types.h>

namespace carica::analysis {

/// Principal components, largest variance first. The largest entry of each component (by size) is
/// positive, as scikit-learn's svd_flip has it.
struct Pca {
  torch::Tensor scores;          // float[N,k], the points in these coordinates
  torch::Tensor components;      // float[k,F], orthonormal rows; 0 beyond the rank where F > N
  torch::Tensor mean;            // float[F]
  torch::Tensor variance_ratio;  // double[k] on the CPU, shares of the total variance
};

/// PCA of features float[N,F] on their device, 1 <= k <= min(N,F). Where min(N,F) <= 1536 by the
/// eigenvectors of the smaller product in float64; else by a randomised range finder of k + 10
/// dimensions and 7 power iterations with fixed random numbers (Halko et al. 2011), float32.
/// Throws Error(kUsage) for another k, and as checked_points does.
Pca pca(const torch::Tensor& features, std::int64_t k);

}  // namespace carica::analysis
