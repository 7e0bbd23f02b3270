// Sums over all blocks of a launch, in a fixed order and without atomics: each block writes the sum
// of its own, in double; a last kernel of one block adds them.
#pragma once

#include <optional>

#include "ops/cuda/launch.cuh"
#include "ops/cuda/reductions.cuh"

namespace carica::ops::cuda {

/// Once for each block, by all of its threads, at the end.
__device__ __forceinline__ void write_block_sum(double value, double* sums) {
  value = over_block<Sum>(value);
  if (threadIdx.x == 0) sums[blockIdx.x] = value;
}

/// sum (float or double []) = sums[0] + ... ; 0 of none.
void add_block_sums(const double* sums, std::int64_t count, const at::Tensor& sum,
                    cudaStream_t stream);

/// The sums of a launch whose number of blocks is not known yet.
class BlockSums {
 public:
  /// sum: undefined if none is wanted.
  explicit BlockSums(const at::Tensor& sum) : sum_(sum) {}

  /// Where `blocks` blocks write theirs; nullptr if none is wanted.
  double* reserve(unsigned blocks) {
    if (!sum_.defined()) return nullptr;
    sums_.emplace(count_ = blocks);
    return sums_->get();
  }
  void add(cudaStream_t stream) const {
    if (sum_.defined()) add_block_sums(sums_ ? sums_->get() : nullptr, count_, sum_, stream);
  }

 private:
  const at::Tensor& sum_;
  std::optional<Scratch<double>> sums_;
  std::int64_t count_ = 0;
};

}  // namespace carica::ops::cuda
