// Sums and maxima over the threads of a warp, a block or a cluster: in a fixed order, and the same
// bits in each thread. All threads of the scope must take part.
#pragma once

#include <cooperative_groups.h>

#include "ops/cuda/normalizer.cuh"

namespace carica::ops::cuda {

constexpr unsigned kWholeWarp = 0xffffffff;

struct Max {
  template <typename A>
  static __device__ __forceinline__ A none() {
    return -kInfinity<A>;
  }
  template <typename A>
  static __device__ __forceinline__ void merge(A& into, A value) {
    into = max_of(into, value);
  }
};

struct Sum {
  template <typename S>
  static __device__ __forceinline__ S none() {
    return S{};
  }
  static __device__ __forceinline__ void merge(double& into, double value) { into += value; }
  template <typename S>
  static __device__ __forceinline__ void merge(S& into, const S& value) {
    into.add(value);
  }
};

template <typename A>
__device__ __forceinline__ A shuffle_xor(A value, int mask) {
  return __shfl_xor_sync(kWholeWarp, value, mask);
}
template <typename A>
__device__ __forceinline__ PairSum<A> shuffle_xor(const PairSum<A>& value, int mask) {
  return {shuffle_xor(value.high, mask), shuffle_xor(value.low, mask)};
}
template <typename A>
__device__ __forceinline__ PlainSum<A> shuffle_xor(const PlainSum<A>& value, int mask) {
  return {shuffle_xor(value.high, mask)};
}

/// Over each `lanes` (a power of 2) neighbouring threads of a warp.
template <typename Merge, typename S>
__device__ __forceinline__ S over_lanes(S value, int lanes) {
  for (int mask = lanes / 2; mask > 0; mask /= 2) Merge::merge(value, shuffle_xor(value, mask));
  return value;
}

/// Over a block of whole warps.
template <typename Merge, typename S>
__device__ S over_block(S value) {
  __shared__ S parts[32];
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  value = over_lanes<Merge>(value, 32);
  __syncthreads();  // the parts of the call before have been read
  if (lane == 0) parts[warp] = value;
  __syncthreads();
  value = lane < static_cast<int>(blockDim.x / 32) ? parts[lane] : Merge::template none<S>();
  return over_lanes<Merge>(value, 32);
}

/// Over the blocks of a cluster (compute capability 9.0).
template <typename Merge, typename S>
__device__ S over_cluster(S value) {
  value = over_block<Merge>(value);
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  __shared__ S part;
  const auto cluster = cooperative_groups::this_cluster();
  if (threadIdx.x == 0) part = value;
  cluster.sync();
  value = *cluster.map_shared_rank(&part, 0);
  for (unsigned rank = 1; rank < cluster.num_blocks(); ++rank) {
    Merge::merge(value, *cluster.map_shared_rank(&part, rank));
  }
  cluster.sync();  // no block goes on, or ends, while its part is being read
#elif defined(__CUDA_ARCH__)
  __trap();  // compiled for an older device than it is launched on
#endif
  return value;
}

}  // namespace carica::ops::cuda
