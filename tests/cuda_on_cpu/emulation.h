// CUDA kernels on a CPU, so that their logic is tested where there is no GPU: what translate.py
// makes of them, with the parts of CUDA's language and runtime that they use. The threads of a
// block are fibers of one thread; the blocks of a cluster are threads. Each block runs its threads
// in the order of their numbers, every other block from the last to the first, each up to where it
// has to wait: what lacks a barrier goes wrong in one of the two. Device memory is the host's. A
// barrier that not all threads reach ends the program, with a line that says so. Not here: more
// than one warp size, atomics, streams (a launch has ended when it returns), and how long anything
// takes.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <utility>

#define CARICA_EMULATES_CUDA 1
#define __global__
#define __grid_constant__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __align__(bytes) alignas(bytes)
#define __shared__ static thread_local

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  dim3() = default;
  dim3(unsigned x, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};

using cudaStream_t = void*;
enum cudaError_t { cudaSuccess, cudaErrorInvalidValue };
enum cudaDeviceAttr { cudaDevAttrComputeCapabilityMajor, cudaDevAttrMultiProcessorCount };
struct CUtensorMap {
  const unsigned char* data;
  std::int64_t outer, size, inner;
  int columns, bytes;
};
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize };
enum cudaLaunchAttributeID { cudaLaunchAttributeClusterDimension };
struct cudaLaunchAttribute {
  cudaLaunchAttributeID id;
  struct {
    struct {
      unsigned x, y, z;
    } clusterDim;
  } val;
};
struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  std::size_t dynamicSmemBytes;
  cudaStream_t stream;
  cudaLaunchAttribute* attrs;
  unsigned numAttrs;
};

namespace emulation {

/// Of the running thread.
struct Place {
  dim3 thread, block, threads, blocks;
};
Place& place();

void wait_for_block();
void wait_for_warp();
/// The value of the thread `lane ^ mask` of this warp; all 32 call it. Up to 16 bytes.
void exchange(const void* mine, void* theirs, std::size_t bytes, int mask);
unsigned char* dynamic_shared();

/// A copy to shared memory, made only when the thread waits for it.
void copy_later(void* to, const void* from, std::size_t bytes);
void commit_copies();
/// All copies but those of the last `left` commits.
void wait_for_copies(std::size_t left);

/// What the copy engine brings: the tile [size, columns] at column x of `outer` o, 0 beyond the
/// ends.
void fetch_tile(void* to, const CUtensorMap& map, int x, int o, std::size_t bytes);

void wait_for_cluster();
unsigned cluster_size();
/// Where block `rank` of the cluster has what this one has at `shared`.
void* shared_of(void* shared, unsigned rank);

class Grid {
 public:
  Grid(dim3 blocks, dim3 threads, std::size_t shared_bytes = 0, cudaStream_t = nullptr)
      : blocks_(blocks), threads_(threads), shared_bytes_(shared_bytes) {}
  Grid& in_clusters_of(unsigned size) {
    cluster_ = size;
    return *this;
  }

  /// Each thread gets its own copy of the arguments.
  template <typename Kernel, typename... Arguments>
  void launch(const Kernel& kernel, const Arguments&... arguments) const {
    run([&] { kernel(arguments...); });
  }

 private:
  void run(const std::function<void()>& thread) const;

  dim3 blocks_, threads_;
  std::size_t shared_bytes_;
  unsigned cluster_ = 1;
};

}  // namespace emulation

inline void __syncthreads() { emulation::wait_for_block(); }
inline void __syncwarp() { emulation::wait_for_warp(); }
template <typename T>
T __shfl_xor_sync(unsigned, T value, int mask) {
  T other;
  emulation::exchange(&value, &other, sizeof(T), mask);
  return other;
}
inline int __ffs(int bits) { return __builtin_ffs(bits); }
template <typename T>
T min(T a, T b) {
  return b < a ? b : a;
}
template <typename T>
T max(T a, T b) {
  return a < b ? b : a;
}

/// A small device of compute capability 9: blocks that stay have much to do.
inline cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  *value = attribute == cudaDevAttrMultiProcessorCount ? 5 : 9;
  return cudaSuccess;
}
template <typename Kernel>
cudaError_t cudaFuncSetAttribute(Kernel, cudaFuncAttribute, int) {
  return cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void* data, int value, std::size_t bytes, cudaStream_t) {
  std::memset(data, value, bytes);
  return cudaSuccess;
}
template <typename... Parameters, typename... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  emulation::Grid grid(config->gridDim, config->blockDim, config->dynamicSmemBytes);
  for (unsigned i = 0; i < config->numAttrs; ++i) {
    grid.in_clusters_of(config->attrs[i].val.clusterDim.x);
  }
  grid.launch(kernel, static_cast<Parameters>(std::forward<Arguments>(arguments))...);
  return cudaSuccess;
}
