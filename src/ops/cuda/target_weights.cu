#include "ops/cuda/block_sums.cuh"
#include "ops/cuda/launch.cuh"
#include "ops/cuda/targets.cuh"
#include "ops/kernels.h"

namespace carica::ops::cuda {

namespace {

constexpr int kThreads = 256, kTargetsPerThread = 16;

template <typename A>
__global__ void __launch_bounds__(kThreads)
    weigh_kernel(const TargetView<A> targets, std::int64_t count, double* sums) {
  double total = 0;
  const std::int64_t stride = static_cast<std::int64_t>(blockDim.x) * gridDim.x;
  for (std::int64_t i = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x; i < count;
       i += stride) {
    const std::int64_t y = targets.target(i);
    if (y >= 0) total += static_cast<double>(targets.weight_of(y));
  }
  write_block_sum(total, sums);
}

template <typename A>
__global__ void __launch_bounds__(1024)
    add_kernel(const double* sums, std::int64_t count, A* result) {
  double total = 0;
  for (std::int64_t i = threadIdx.x; i < count; i += blockDim.x) total += sums[i];
  total = over_block<Sum>(total);
  if (threadIdx.x == 0) *result = static_cast<A>(total);
}

}  // namespace

void add_block_sums(const double* sums, std::int64_t count, const at::Tensor& sum,
                    cudaStream_t stream) {
  const int threads =
      static_cast<int>(std::clamp<std::int64_t>(ceil_div(count, 32) * 32, 32, 1024));
  if (sum.scalar_type() == at::kDouble) {
    add_kernel<<<1, threads, 0, stream>>>(sums, count, sum.mutable_data_ptr<double>());
  } else {
    add_kernel<<<1, threads, 0, stream>>>(sums, count, sum.mutable_data_ptr<float>());
  }
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

void sum_of_weights(const Targets& targets, std::int64_t classes, const at::Tensor& sum) {
  const DeviceScope scope(targets.values);
  BlockSums sums(sum);
  const std::int64_t count = targets.values.numel();
  if (count > 0) {
    const auto blocks = static_cast<unsigned>(
        std::min<std::int64_t>(ceil_div(count, kThreads * kTargetsPerThread), 2048));
    const auto weigh = [&](auto type) {
      using A = decltype(type);
      weigh_kernel<A><<<blocks, kThreads, 0, scope.stream>>>(
          view_targets<A>(targets, classes, at::Tensor()), count, sums.reserve(blocks));
      C10_CUDA_KERNEL_LAUNCH_CHECK();
    };
    if (sum.scalar_type() == at::kDouble) {
      weigh(double());
    } else {
      weigh(float());
    }
  }
  sums.add(scope.stream);
}

}  // namespace carica::ops::cuda
