// What every launch needs: the type of computing, the current stream, scratch memory, grids.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Allocator.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <cstdint>

namespace carica::ops::cuda {

template <typename T>
struct ComputeOf {
  using type = float;
};
template <>
struct ComputeOf<double> {
  using type = double;
};
/// The type in which tensors of T are computed.
template <typename T>
using Compute = typename ComputeOf<T>::type;

/// Calls work(T()) with the C++ type of `type`, one of the four that the operators take.
template <typename Work>
void with_type(at::ScalarType type, const Work& work) {
  switch (type) {
    case at::kDouble:
      return work(double());
    case at::kHalf:
      return work(at::Half());
    case at::kBFloat16:
      return work(at::BFloat16());
    default:
      return work(float());
  }
}

/// The tensor's device made current, with its current stream.
struct DeviceScope {
  explicit DeviceScope(const at::Tensor& tensor)
      : guard(tensor.device()), stream(c10::cuda::getCurrentCUDAStream(tensor.get_device())) {}
  /// Whether blocks can form clusters and read each other's shared memory.
  bool has_clusters() const { return attribute(cudaDevAttrComputeCapabilityMajor) >= 9; }
  int multiprocessors() const { return attribute(cudaDevAttrMultiProcessorCount); }

  const c10::cuda::CUDAGuard guard;
  const cudaStream_t stream;

 private:
  int attribute(cudaDeviceAttr name) const {
    int value = 0;
    C10_CUDA_CHECK(cudaDeviceGetAttribute(&value, name, guard.current_device().index()));
    return value;
  }
};

/// Device memory of the current stream, from torch's cache: safe to free before its use has ended,
/// and to take while a graph is recorded.
template <typename T>
class Scratch {
 public:
  explicit Scratch(std::int64_t count)
      : data_(
            c10::GetAllocator(c10::kCUDA)->allocate(static_cast<std::size_t>(count) * sizeof(T))) {}
  T* get() const { return static_cast<T*>(data_.get()); }

 private:
  at::DataPtr data_;
};

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Blocks for so many tiles, of which a block takes every gridDim-th: the same partition for the
/// same sizes, so that sums over it are too.
inline unsigned blocks_for(std::int64_t tiles) {
  return static_cast<unsigned>(std::min<std::int64_t>(tiles, 1 << 13));
}

/// How to launch clusters of so many blocks each. Not to be copied: the config points to it.
struct ClusterLaunch {
  cudaLaunchAttribute attribute = {};
  cudaLaunchConfig_t config = {};

  ClusterLaunch(int cluster, unsigned blocks, int threads, cudaStream_t stream) {
    attribute.id = cudaLaunchAttributeClusterDimension;
    attribute.val.clusterDim = {static_cast<unsigned>(cluster), 1, 1};
    config.gridDim = dim3(blocks);
    config.blockDim = dim3(threads);
    config.stream = stream;
    config.attrs = &attribute;
    config.numAttrs = cluster > 1 ? 1 : 0;
  }
  ClusterLaunch(const ClusterLaunch&) = delete;
  ClusterLaunch& operator=(const ClusterLaunch&) = delete;
};

/// Whether 128-bit accesses may start at `data`.
__host__ __device__ __forceinline__ bool allows_vectors(const void* data) {
  return reinterpret_cast<std::uintptr_t>(data) % 16 == 0;
}

/// Whether two values may be moved at once from each multiple of two.
template <typename T>
bool allows_pairs(const void* data) {
  return reinterpret_cast<std::uintptr_t>(data) % (2 * sizeof(T)) == 0;
}

}  // namespace carica::ops::cuda
