#include "ops/cuda/launch.cuh"
#include "ops/cuda/vector_access.cuh"
#include "ops/kernels.h"

namespace carica::ops::cuda {

namespace {

constexpr int kThreads = 256;
constexpr unsigned kMostBlocks = 2112;

template <typename T, int kWidth>
__global__ void __launch_bounds__(kThreads)
    scale_kernel(T* values, std::int64_t count, const Compute<T>* factor) {
  using A = Compute<T>;
  const A by = *factor;
  if (by == 1) return;
  const std::int64_t thread = blockIdx.x * static_cast<std::int64_t>(kThreads) + threadIdx.x;
  const std::int64_t threads = gridDim.x * static_cast<std::int64_t>(kThreads);
  for (std::int64_t i = thread; i < count / kWidth; i += threads) {
    A vector[kWidth];
    convert<kWidth, T>(load_words<kWidth>(values + i * kWidth), vector);
#pragma unroll
    for (A& value : vector) value *= by;
    store_vector<kWidth>(values + i * kWidth, vector);
  }
  const std::int64_t last = count / kWidth * kWidth + thread;
  if (last < count) values[last] = static_cast<T>(static_cast<A>(values[last]) * by);
}

}  // namespace

void scale(const at::Tensor& values, const at::Tensor& factor) {
  if (values.numel() == 0) return;
  const DeviceScope scope(values);
  with_type(values.scalar_type(), [&](auto type) {
    using T = decltype(type);
    const std::int64_t count = values.numel();
    const auto blocks = static_cast<unsigned>(
        std::min<std::int64_t>(ceil_div(count, kThreads * kVector<T>), kMostBlocks));
    T* const data = values.mutable_data_ptr<T>();
    const auto* by = factor.const_data_ptr<Compute<T>>();
    // Hooks of saved tensors may bring a gradient back to any place.
    if (reinterpret_cast<std::uintptr_t>(data) % (kVector<T> * sizeof(T)) == 0) {
      scale_kernel<T, kVector<T>><<<blocks, kThreads, 0, scope.stream>>>(data, count, by);
    } else {
      scale_kernel<T, 1><<<blocks, kThreads, 0, scope.stream>>>(data, count, by);
    }
    C10_CUDA_KERNEL_LAUNCH_CHECK();
  });
}

}  // namespace carica::ops::cuda
