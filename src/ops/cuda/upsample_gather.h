// The last step of upsample_cross_entropy.cu: gradients of logits from the sums of the chunks
// around them.
#pragma once

#include <ATen/core/Tensor.h>
#include <cuda_runtime_api.h>

#include <cstdint>

namespace carica::ops::cuda {

/// sums[corner][N, h * per_cell_y, w * per_cell_x, C]: of each chunk's pixels, for the logits at
/// the upper left, upper right, lower left and lower right of its cell.
template <typename A>
struct CornerSums {
  const A* sums;
  std::int64_t stride;  // between corners
  int per_cell_y, per_cell_x;
};

/// gradient: [N,C,h,w] in any layout, its compute type as that of the sums.
void gather_corners(const CornerSums<float>& from, const at::Tensor& gradient, cudaStream_t stream);
void gather_corners(const CornerSums<double>& from, const at::Tensor& gradient,
                    cudaStream_t stream);

}  // namespace carica::ops::cuda
