// Strips of contiguous values: rows (layout.inner = 1). See strips.cuh.
#pragma once

#include "ops/cuda/launch.cuh"
#include "ops/cuda/reductions.cuh"
#include "ops/cuda/strips.cuh"
#include "ops/cuda/vector_access.cuh"

namespace carica::ops::cuda {

/// Short rows: a row is held by one thread. A block's rows lie side by side, so that they are moved
/// with all threads through shared memory: kStagedRows * (size | 1) values of Compute<T>.
constexpr int kStagedRows = 128;

template <typename T, int kHeld>
class StagedRow {
 public:
  using A = Compute<T>;
  static constexpr int kCount = kHeld, kMaxThreads = kStagedRows;
  static constexpr int kMinBlocks = kHeld > 8 ? 24 / sizeof(A) : 8;

  __device__ StagedRow(const StripGrid& grid, std::int64_t tile)
      : size_(static_cast<int>(grid.size)), start_(tile * kStagedRows * grid.size) {
    const std::int64_t left = grid.strips - tile * kStagedRows;
    rows_ = static_cast<int>(left < kStagedRows ? left : kStagedRows);
    id_ = tile * kStagedRows + threadIdx.x;
    held_ = active() ? size_ : 0;
  }

  __device__ std::int64_t id() const { return id_; }
  __device__ bool active() const { return static_cast<int>(threadIdx.x) < rows_; }
  __device__ bool leads() const { return active(); }
  __device__ int index(int k) const { return k; }
  __device__ bool holds(int k) const { return k < held_; }
  __device__ std::int64_t offset(std::int64_t c) const { return id_ * size_ + c; }

  __device__ void load(const T* __restrict__ data, A (&values)[kCount]) const {
    A* stage = staging();
    __syncthreads();  // what lies there has been read
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      const int e = k * kStagedRows + threadIdx.x;
      if (k < size_ && e < rows_ * size_) stage[staged(e)] = static_cast<A>(data[start_ + e]);
    }
    __syncthreads();
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      if (holds(k)) values[k] = stage[threadIdx.x * (size_ | 1) + k];
    }
  }

  __device__ void store(T* __restrict__ data, const A (&values)[kCount]) const {
    A* stage = staging();
    __syncthreads();
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      if (holds(k)) stage[threadIdx.x * (size_ | 1) + k] = values[k];
    }
    __syncthreads();
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      const int e = k * kStagedRows + threadIdx.x;
      if (k < size_ && e < rows_ * size_) data[start_ + e] = static_cast<T>(stage[staged(e)]);
    }
  }

  __device__ A max(A value) const { return value; }
  __device__ PairSum<A> sum(const PairSum<A>& value) const { return value; }

 private:
  static __device__ A* staging() {
    extern __shared__ __align__(16) unsigned char staging_bytes[];
    return reinterpret_cast<A*>(staging_bytes);
  }
  /// Rows are an odd number of words apart: threads reading theirs meet different banks.
  __device__ int staged(int e) const { return size_ % 2 ? e : e + short_quotient(e, size_); }

  int size_, rows_, held_;
  std::int64_t start_, id_;
};

enum class Scope { kLanes, kBlock, kCluster };

/// Longer rows: held by `grid.lanes` threads of a warp, by a block, or by a cluster of blocks, in
/// vectors of kWidth (1, or kVector where allows_vectors()).
template <typename T, int kWidth, int kHeld, Scope kScope>
class SharedRow {
 public:
  using A = Compute<T>;
  static constexpr int kCount = kHeld;
  static constexpr int kMaxThreads = kScope == Scope::kLanes ? 128 : 1024;
  static constexpr int kMinBlocks = kScope != Scope::kLanes ? 1 : kHeld > 8 ? 24 / sizeof(A) : 8;

  __device__ SharedRow(const StripGrid& grid, std::int64_t tile) : size_(grid.size) {
    if (kScope == Scope::kLanes) {
      lanes_ = grid.lanes;
      lane_ = threadIdx.x % lanes_;
      id_ = tile * (blockDim.x / lanes_) + threadIdx.x / lanes_;
    } else {
      lanes_ = blockDim.x * grid.blocks;
      lane_ = (blockIdx.x % grid.blocks) * blockDim.x + threadIdx.x;
      id_ = tile;
    }
    active_ = id_ < grid.strips;
    const int vectors = static_cast<int>(grid.size) / kWidth;
    held_ = active_ ? (vectors - lane_ + lanes_ - 1) / lanes_ * kWidth : 0;
  }

  __device__ std::int64_t id() const { return id_; }
  __device__ bool active() const { return active_; }
  __device__ bool leads() const { return active_ && lane_ == 0; }
  __device__ int index(int k) const { return (k / kWidth * lanes_ + lane_) * kWidth + k % kWidth; }
  __device__ bool holds(int k) const { return k < held_; }
  __device__ std::int64_t offset(std::int64_t c) const { return id_ * size_ + c; }

  __device__ void load(const T* __restrict__ data, A (&values)[kCount]) const {
    data += offset(index(0));
    const std::int64_t step = separate(static_cast<std::int64_t>(lanes_) * kWidth);
#pragma unroll
    for (int k = 0; k < kCount; k += kWidth, data += step) {
      if (holds(k)) load_vector<kWidth>(data, &values[k]);
    }
  }
  __device__ void store(T* __restrict__ data, const A (&values)[kCount]) const {
    data += offset(index(0));
    const std::int64_t step = separate(static_cast<std::int64_t>(lanes_) * kWidth);
#pragma unroll
    for (int k = 0; k < kCount; k += kWidth, data += step) {
      if (holds(k)) store_vector<kWidth>(data, &values[k]);
    }
  }

  __device__ A max(A value) const { return over<Max>(value); }
  __device__ PairSum<A> sum(const PairSum<A>& value) const { return over<Sum>(value); }

 private:
  template <typename Merge, typename S>
  __device__ S over(const S& value) const {
    if constexpr (kScope == Scope::kLanes) return over_lanes<Merge>(value, lanes_);
    if constexpr (kScope == Scope::kBlock) return over_block<Merge>(value);
    if constexpr (kScope == Scope::kCluster) return over_cluster<Merge>(value);
  }

  std::int64_t id_, size_;
  int lanes_, lane_, held_;
  bool active_;
};

}  // namespace carica::ops::cuda
