#include "ops/cuda/block_sums.cuh"
#include "ops/cuda/launch.cuh"
#include "ops/cuda/targets.cuh"
#include "ops/cuda/vector_access.cuh"
#include "ops/kernels.h"

namespace carica::ops::cuda {

namespace {

constexpr int kThreads = 256, kTargetsPerThread = 16;

/// Of targets of type Y, kWidth at a time, which begin at a multiple of their size.
template <typename Y, int kWidth, typename A>
__global__ void __launch_bounds__(kThreads)
    weigh_kernel(const TargetView<A> targets, std::int64_t count, const TotalsView totals) {
  Total total;
  int counted = 0;
  const auto add = [&](Y given) {
    const int y = targets.target(given);
    if (y < 0) return;
    if (targets.weight == nullptr) {
      ++counted;
    } else {
      total.value += static_cast<double>(targets.weight_of(y));
    }
  };
  const Y* const values = static_cast<const Y*>(targets.values);
  const std::int64_t vectors = count / kWidth;
  const std::int64_t stride = static_cast<std::int64_t>(blockDim.x) * gridDim.x;
  const std::int64_t thread = blockIdx.x * static_cast<std::int64_t>(blockDim.x) + threadIdx.x;
  for (std::int64_t v = thread; v < vectors; v += stride) {
    Vector<Y, kWidth> vector;
    const auto words = load_words<kWidth>(values + v * kWidth);
    memcpy(&vector, &words, sizeof(vector));
#pragma unroll
    for (int i = 0; i < kWidth; ++i) add(vector.values[i]);
  }
  for (std::int64_t i = vectors * kWidth + thread; i < count; i += stride) add(values[i]);
  total.value += counted;
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
    const auto launch = [&](auto target, auto width, auto result) {
      using A = decltype(result);
      using Y = decltype(target);
      constexpr int kWidth = decltype(width)::value;
      const auto view = view_targets<A>(targets, classes, at::Tensor());
      const auto sums = totals.reserve(blocks);
      weigh_kernel<Y, kWidth><<<blocks, kThreads, 0, scope.stream>>>(view, count, sums);
      C10_CUDA_KERNEL_LAUNCH_CHECK();
    };
    const auto weigh = [&](auto target, auto width) {
      inverse.scalar_type() == at::kDouble ? launch(target, width, double())
                                           : launch(target, width, float());
    };
    const auto weigh_type = [&](auto target) {
      using One = std::integral_constant<int, 1>;
      using Many = std::integral_constant<int, 16 / sizeof(target)>;
      allows_vectors(targets.values.const_data_ptr()) ? weigh(target, Many())
                                                      : weigh(target, One());
    };
    switch (targets.values.element_size()) {
      case 1:
        weigh_type(std::uint8_t());
        break;
      case 4:
        weigh_type(std::int32_t());
        break;
      default:
        weigh_type(std::int64_t());
    }
  }
  totals.add(scope.stream);
}

}  // namespace carica::ops::cuda
