// Strips of values `inner` apart: columns. Neighbouring threads hold neighbouring columns. See
// strips.cuh.
#pragma once

#include "ops/cuda/launch.cuh"
#include "ops/cuda/reductions.cuh"
#include "ops/cuda/strips.cuh"
#include "ops/cuda/vector_access.cuh"

namespace carica::ops::cuda {

/// The place of value 0 of column `id` (in the order of (o, i)).
__device__ __forceinline__ std::int64_t column_start(const StripGrid& grid, std::int64_t id) {
  if (grid.strips <= 0xffffffff) {  // 32-bit division takes a quarter of the time
    const auto i = static_cast<std::uint32_t>(id), inner = static_cast<std::uint32_t>(grid.inner);
    return static_cast<std::int64_t>(i / inner) * grid.size * grid.inner + i % inner;
  }
  return id / grid.inner * grid.size * grid.inner + id % grid.inner;
}

/// Columns of which each is held by `grid.lanes` warps of a block, one value in `lanes` each; a
/// block has 32 columns, or, with kAlone, one for each thread.
template <typename T, int kHeld, bool kAlone>
class Column {
 public:
  using A = Compute<T>;
  static constexpr int kCount = kHeld;
  static constexpr int kMaxThreads = kAlone ? 128 : 1024;
  static constexpr int kMinBlocks = kAlone ? (kHeld > 8 ? 24 / sizeof(A) : 8) : 1;

  __device__ Column(const StripGrid& grid, std::int64_t tile) : inner_(grid.inner) {
    const int x = kAlone ? threadIdx.x : threadIdx.x % 32;
    lanes_ = kAlone ? 1 : grid.lanes;
    lane_ = kAlone ? 0 : threadIdx.x / 32;
    id_ = tile * (kAlone ? blockDim.x : 32) + x;
    active_ = id_ < grid.strips;
    start_ = active_ ? column_start(grid, id_) : 0;
    held_ = active_ ? (static_cast<int>(grid.size) - lane_ + lanes_ - 1) / lanes_ : 0;
  }

  __device__ std::int64_t id() const { return id_; }
  __device__ bool active() const { return active_; }
  __device__ bool leads() const { return active_ && lane_ == 0; }
  __device__ int index(int k) const { return k * lanes_ + lane_; }
  __device__ bool holds(int k) const { return k < held_; }
  __device__ std::int64_t offset(std::int64_t c) const { return start_ + c * inner_; }

  __device__ void load(const T* __restrict__ data, A (&values)[kCount]) const {
    data += offset(lane_);
    const std::int64_t step = separate(lanes_ * inner_);
#pragma unroll
    for (int k = 0; k < kCount; ++k, data += step) {
      if (holds(k)) values[k] = static_cast<A>(*data);
    }
  }
  __device__ void store(T* __restrict__ data, const A (&values)[kCount]) const {
    data += offset(lane_);
    const std::int64_t step = separate(lanes_ * inner_);
#pragma unroll
    for (int k = 0; k < kCount; ++k, data += step) {
      if (holds(k)) *data = static_cast<T>(values[k]);
    }
  }

  __device__ A max(A value) const { return over<Max>(value); }
  __device__ PairSum<A> sum(const PairSum<A>& value) const { return over<Sum>(value); }

 private:
  template <typename Merge, typename S>
  __device__ S over(S value) const {
    if constexpr (!kAlone) {
      __shared__ S parts[32][32];
      const int x = threadIdx.x % 32;
      __syncthreads();  // the parts of the call before have been read
      parts[lane_][x] = value;
      __syncthreads();
      value = parts[0][x];
      for (int lane = 1; lane < lanes_; ++lane) Merge::merge(value, parts[lane][x]);
    }
    return value;
  }

  int lanes_, lane_, held_;
  std::int64_t inner_, id_, start_;
  bool active_;
};

}  // namespace carica::ops::cuda
