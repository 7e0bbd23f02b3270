// Sums over all blocks of a launch, in a fixed order and without atomics: each block writes the
// total of its own, in double; a last kernel of one block adds them.
#pragma once

#include <optional>

#include "ops/cuda/launch.cuh"
#include "ops/cuda/reductions.cuh"

namespace carica::ops::cuda {

/// What blocks add up: losses or weights, and beside them what a mean is divided by.
struct Total {
  double value = 0, weight = 0;
};

/// Where each of a launch's blocks writes its total.
struct TotalsView {
  Total* blocks;  // nullptr: not wanted
  bool weighs;    // with weights

  /// Once for each block, by all of its threads, at the end.
  __device__ __forceinline__ void write(Total total) const {
    if (blocks == nullptr) return;
    total.value = over_block<Sum>(total.value);
    if (weighs) total.weight = over_block<Sum>(total.weight);
    if (threadIdx.x == 0) blocks[blockIdx.x] = total;
  }
};

enum class Result { kSum, kInverse, kMean };

/// result (float or double []) = the sum of values, 0 of none; 1 / that; or that / the sum of
/// weights. A division by 0 gives 0.
void add_totals(const Total* totals, int count, Result kind, const at::Tensor& result,
                cudaStream_t stream);

/// The totals of a launch whose number of blocks is not known yet.
class BlockTotals {
 public:
  /// result: undefined if none is wanted.
  BlockTotals(const at::Tensor& result, Result kind) : result_(result), kind_(kind) {}

  TotalsView reserve(unsigned blocks) {
    if (!result_.defined()) return {nullptr, false};
    count_ = static_cast<int>(blocks);
    totals_.emplace(count_);
    return {totals_->get(), kind_ == Result::kMean};
  }
  void add(cudaStream_t stream) const {
    if (!result_.defined()) return;
    add_totals(totals_ ? totals_->get() : nullptr, count_, kind_, result_, stream);
  }

 private:
  const at::Tensor& result_;
  const Result kind_;
  std::optional<Scratch<Total>> totals_;
  int count_ = 0;
};

}  // namespace carica::ops::cuda
