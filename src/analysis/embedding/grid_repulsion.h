#pragma once

#include <torch/types.h>

#include "analysis/embedding/forces.h"

namespace carica::analysis {

/// The repulsion of forces.h in time O(N + M log M), in two dimensions: points are spread onto the
/// M nodes of a grid, the kernels are convolved there by FFT, and forces are interpolated back.
/// Nodes are 1/3 apart, nearer where the points fill fewer than 50 of those intervals.
/// FIt-SNE interpolates q and q^2 by quadratic polynomials on 3 nodes in each unit, with four
/// transforms forth and four back. Here cubic B-splines, whose blur is divided out of the kernels'
/// transforms, are twenty times as exact on as many nodes, and the forces' own kernel needs one
/// transform forth and two back; Z comes without one.
/// Sources: Linderman et al. 2019, "Fast interpolation-based t-SNE"; Potts & Steidl 2003, "Fast
/// summation at nonequispaced knots by NFFTs".
///
/// Keeps the kernels' transforms, which depend on the size and spacing of the grid alone: one
/// object for each embedding; not thread-safe. On the CPU equal bits for any number of threads,
/// as far as torch's FFT gives them; on a GPU torch's deterministic operators.
class GridRepulsion {
 public:
  /// positions: float[2,N], any device, finite.
  Repulsion operator()(const torch::Tensor& positions);

 private:
  void prepare_kernels(std::int64_t size, double spacing, torch::Device device);

  std::int64_t size_ = 0;  // nodes of an axis, padded to twice the grid
  double spacing_ = 0;
  torch::Tensor potential_;  // double[size, size/2+1]: transform of q, which is real
  torch::Tensor forces_;     // complex[2, size, size/2+1]: transforms of q^2 dx, q^2 dy
  torch::Tensor weights_;    // double[size/2+1]: how often each column stands in the full transform
};

}  // namespace carica::analysis
