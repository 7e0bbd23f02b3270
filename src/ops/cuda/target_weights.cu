#include "ops/cuda/block_sums.cuh"
#include "ops/cuda/launch.cuh"
#include "ops/cuda/targets.cuh"
#include "ops/kernels.h"

namespace carica::ops::cuda {

namespace {

constexpr int kThreads = 256, kTargetsPerThread = 16;

template <typename A>
__global__ void __launch_bounds__(kThreads)
    weigh_kernel(const TargetView<A> targets, std::int64_t count, const TotalsView totals) {
  Total total;
  const std::int64_t stride = static_cast<std::int64_t>(blockDim.x) * gridDim.x;
  for (std::int64_t i = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x; i < count;
       i += stride) {
    const std::int64_t y = targets.target(i);
    if (y >= 0) total.value += static_cast<double>(targets.weight_of(y));
  }
  totals.write(total);
}

constexpr int kLoads = 8;  // of a thread, under way at a time

template <typename A>
__global__ void __launch_bounds__(1024)
    add_kernel(const Total* totals, int count, Result kind, A* result) {
  Total sums[kLoads];
  for (int i = threadIdx.x; i < count; i += kLoads * blockDim.x) {
#pragma unroll
    for (int k = 0; k < kLoads; ++k) {
      const int place = i + k * static_cast<int>(blockDim.x);
      if (place >= count) continue;
      sums[k].value += totals[place].value;
      if (kind == Result::kMean) sums[k].weight += totals[place].weight;
    }
  }
#pragma unroll
  for (int k = 1; k < kLoads; ++k) {
    sums[0].value += sums[k].value;
    sums[0].weight += sums[k].weight;
  }
  const double value = over_block<Sum>(sums[0].value);
  const double weight = kind == Result::kMean ? over_block<Sum>(sums[0].weight) : value;
  if (threadIdx.x != 0) return;
  const double inverse = weight == 0 ? 0 : 1 / weight;
  *result = static_cast<A>(kind == Result::kSum       ? value
                           : kind == Result::kInverse ? inverse
                                                      : value * inverse);
}

}  // namespace

void add_totals(const Total* totals, int count, Result kind, const at::Tensor& result,
                cudaStream_t stream) {
  const int threads =
      static_cast<int>(std::clamp<std::int64_t>(ceil_div(count, 32) * 32, 32, 1024));
  if (result.scalar_type() == at::kDouble) {
    add_kernel<<<1, threads, 0, stream>>>(totals, count, kind, result.mutable_data_ptr<double>());
  } else {
    add_kernel<<<1, threads, 0, stream>>>(totals, count, kind, result.mutable_data_ptr<float>());
  }
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

void weigh_targets(const Targets& targets, std::int64_t classes, const at::Tensor& inverse) {
  if (!inverse.defined()) return;
  const DeviceScope scope(targets.values);
  BlockTotals totals(inverse, Result::kInverse);
  const std::int64_t count = targets.values.numel();
  if (count > 0) {
    const auto blocks = static_cast<unsigned>(
        std::min<std::int64_t>(ceil_div(count, kThreads * kTargetsPerThread), 2048));
    const auto weigh = [&](auto type) {
      using A = decltype(type);
      weigh_kernel<A><<<blocks, kThreads, 0, scope.stream>>>(
          view_targets<A>(targets, classes, at::Tensor()), count, totals.reserve(blocks));
      C10_CUDA_KERNEL_LAUNCH_CHECK();
    };
    if (inverse.scalar_type() == at::kDouble) {
      weigh(double());
    } else {
      weigh(float());
    }
  }
  totals.add(scope.stream);
}

}  // namespace carica::ops::cuda
