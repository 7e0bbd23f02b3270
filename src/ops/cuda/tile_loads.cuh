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
/// The arrivals of tiles at some places of shared memory. All threads of the block take part.
struct TileArrivals {
  std::uint64_t* barriers;  // in shared memory, one for each place
  std::uint32_t phases = 0;

#if defined(CARICA_EMULATES_CUDA)
  void begin(int) const {}
  void fetch(int, void* to, const CUtensorMap& map, int x, int o, std::uint32_t bytes) const {
    __syncthreads();
    if (threadIdx.x == 0) emulation::fetch_tile(to, map, x, o, bytes);
  }
  void wait(int) { __syncthreads(); }
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 900
  __device__ void begin(int) const { __trap(); }
  __device__ void fetch(int, void*, const CUtensorMap&, int, int, std::uint32_t) const {}
  __device__ void wait(int) {}
#else
  __device__ __forceinline__ static std::uint32_t address(const void* shared) {
    return static_cast<std::uint32_t>(__cvta_generic_to_shared(shared));
  }
  /// Once for each place, before all else.
  __device__ __forceinline__ void begin(int place) const {
    if (threadIdx.x == 0) {
      asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(address(barriers + place))
                   : "memory");
      asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
    }
    __syncthreads();
  }
  /// The tile at column x of `outer` o begins to come to `to`: what was read or written there
  /// before is over.
  __device__ __forceinline__ void fetch(int place, void* to, const CUtensorMap& map, int x, int o,
                                        std::uint32_t bytes) const {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
    __syncthreads();
    if (threadIdx.x == 0) {
      const std::uint32_t barrier = address(barriers + place);
      asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier),
                   "r"(bytes)
                   : "memory");
      asm volatile(
          "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, "
          "{%2, %3, %4}], [%5];" ::"r"(address(to)),
          "l"(&map), "r"(x), "r"(0), "r"(o), "r"(barrier)
          : "memory");
    }
  }
  /// Until the next tile of this place has come.
  __device__ __forceinline__ void wait(int place) {
    const std::uint32_t barrier = address(barriers + place), phase = phases >> place & 1;
    std::uint32_t done = 0;
    while (done == 0) {
      asm volatile(
          "{\n.reg .pred p;\n"
          "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n"
          "selp.u32 %0, 1, 0, p;\n}"
          : "=r"(done)
          : "r"(barrier), "r"(phase)
          : "memory");
    }
    phases ^= 1u << place;
  }
#endif
};
#endif

}  // namespace carica::ops::cuda
