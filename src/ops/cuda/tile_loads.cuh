// Tiles of a tensor on their way to shared memory, brought by the copy engine of GPUs of compute
// capability 9 and later: one instruction for a whole tile, and no registers.
// Source: the PTX ISA, 9.7.9.25 (cp.async.bulk.tensor) and 9.7.13.15 (mbarrier).
#pragma once

#include <cuda.h>

#include <cstdint>

#include "ops/cuda/launch.cuh"

namespace carica::ops::cuda {

/// A tensor [outer, size, inner], whose tiles are [1, size, columns]. The data begin at a multiple
/// of 16 bytes, and so does each `inner`; size is 256 at most, as are the columns.
struct TileShape {
  std::int64_t outer, size, inner;
  int columns, bytes;  // of a value
};

/// How the copy engine finds a tile. Throws where the driver knows no such maps.
CUtensorMap make_tile_map(const void* data, const TileShape& shape);

#ifdef __CUDACC__
/// The arrivals of one tile after the other. All threads of the block take part.
struct TileArrivals {
  std::uint64_t* barrier;  // in shared memory
  std::uint32_t phase = 0;

#if defined(CARICA_EMULATES_CUDA)
  void begin() const {}
  void fetch(void* to, const CUtensorMap& map, int x, int o, std::uint32_t bytes) const {
    __syncthreads();
    if (threadIdx.x == 0) emulation::fetch_tile(to, map, x, o, bytes);
  }
  void wait() { __syncthreads(); }
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 900
  __device__ void begin() const { __trap(); }
  __device__ void fetch(void*, const CUtensorMap&, int, int, std::uint32_t) const {}
  __device__ void wait() {}
#else
  __device__ __forceinline__ static std::uint32_t address(const void* shared) {
    return static_cast<std::uint32_t>(__cvta_generic_to_shared(shared));
  }
  /// Once, before all else.
  __device__ __forceinline__ void begin() const {
    if (threadIdx.x == 0) {
      asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(address(barrier)) : "memory");
      asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
    }
    __syncthreads();
  }
  /// The tile at column x of `outer` o begins to come to `to`: what was read or written there
  /// before is over.
  __device__ __forceinline__ void fetch(void* to, const CUtensorMap& map, int x, int o,
                                        std::uint32_t bytes) const {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
    __syncthreads();
    if (threadIdx.x == 0) {
      asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(address(barrier)),
                   "r"(bytes)
                   : "memory");
      asm volatile(
          "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, "
          "{%2, %3, %4}], [%5];" ::"r"(address(to)),
          "l"(&map), "r"(x), "r"(0), "r"(o), "r"(address(barrier))
          : "memory");
    }
  }
  /// Until the tile has come.
  __device__ __forceinline__ void wait() {
    std::uint32_t done = 0;
    while (done == 0) {
      asm volatile(
          "{\n.reg .pred p;\n"
          "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n"
          "selp.u32 %0, 1, 0, p;\n}"
          : "=r"(done)
          : "r"(address(barrier)), "r"(phase)
          : "memory");
    }
    phase ^= 1;
  }
#endif
};
#endif

}  // namespace carica::ops::cuda
