#pragma once

#include <torch/types.h>

namespace carica::analysis {

/// How far the neighbours in an embedding float[N,D] are neighbours among the features float[N,F]:
/// 1 when all are, about 0.5 for a random embedding. Euclidean, block by block. Throws
/// Error(kShape) when the numbers of rows differ, Error(kUsage) unless 1 <= neighbors < N / 2, and
/// as checked_points does.
/// Source: Venna & Kaski 2001; equals sklearn.manifold.trustworthiness.
double trustworthiness(const torch::Tensor& features, const torch::Tensor& embedding,
                       std::int64_t neighbors = 5);

}  // namespace carica::analysis
