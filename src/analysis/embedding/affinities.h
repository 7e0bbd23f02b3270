#pragma once

#include <torch/types.h>

#include "analysis/embedding/neighbors.h"

namespace carica::analysis {

/// Symmetric probabilities that sum to 1, as rows of a sparse matrix: those of row i are at
/// [offsets[i], offsets[i+1]), by ascending column.
struct Affinities {
  torch::Tensor offsets;  // int64[N+1]
  torch::Tensor columns;  // int32[E]
  torch::Tensor values;   // float[E]

  std::int64_t points() const { return offsets.size(0) - 1; }
  Affinities to(torch::Device device) const;
};

/// p_ij = (p_j|i + p_i|j) / 2N, where row i of p_j|i is a Gaussian over the neighbours of i, as
/// wide as `perplexity` demands. A row whose nearest points are more than `perplexity` equal ones
/// gets the perplexity that is nearest: they share it alike. On the CPU, by threads; equal bits for
/// any number of them. Throws Error(kUsage) unless 1 <= perplexity <= the number of neighbours.
/// Source: van der Maaten & Hinton 2008; neighbours only: van der Maaten 2014.
Affinities affinities(const Neighbors& neighbors, double perplexity);

}  // namespace carica::analysis
