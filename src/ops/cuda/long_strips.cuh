// Strips too long for registers: read twice, first to find what the second reading needs. A block
// takes `across` neighbouring strips (1 row, or up to 32 columns) with `along` threads for each;
// where there are few strips, several blocks take parts of them, whose results lie in memory until
// the second kernel merges them, always in the same order. A Pass says what is done:
//
//   Type, kInputs, Partial       of Partial: static none(), merge(other); kHasMax: and maximum(),
//                                raise(maximum)
//   inputs[i], fill(i)           where inputs lie; a value that adds nothing to a Partial
//   take(partial, values, batch) adds values[input][k], value batch.index(k) where batch.holds(k)
//   finish(merged, place)        -> Result, for the thread; place.leads: once for each strip
//   output, value(result, values, k, c)   of any type; nullptr: nothing is written
//   end()                        once in each block of the second kernel
#pragma once

#include <optional>

#include "ops/cuda/column_strips.cuh"
#include "ops/cuda/launch.cuh"
#include "ops/cuda/vector_access.cuh"
#include "ops/dim_layout.h"

namespace carica::ops::cuda {

constexpr int kLongThreads = 512;

struct LongGrid {
  StripGrid strips;   // tiles of `across` strips
  int across, along;  // powers of 2
  int parts;
  std::int64_t part = 0;  // values in a part
};

struct StripPlace {
  std::int64_t id, start, inner;
  bool active, leads;
};

/// The values that a thread takes at a time.
template <typename T, int kWidth>
struct Batch {
  static constexpr int kCount = sizeof(T) == 8 ? 8 : 16;
  std::int64_t first;  // the batch of all threads begins here
  int left;            // and has so many values
  int along, y;

  __device__ Batch(std::int64_t first, std::int64_t end, int along, int y)
      : first(first),
        left(static_cast<int>(min(end - first, static_cast<std::int64_t>(along * kCount)))),
        along(along),
        y(y) {}
  __device__ int place(int k) const { return (k / kWidth * along + y) * kWidth + k % kWidth; }
  __device__ bool holds(int k) const { return place(k) < left; }
  __device__ std::int64_t index(int k) const { return first + place(k); }
};

template <int kWidth, typename Pass, typename A, int kCount>
__device__ __forceinline__ void load_batch(const Pass& pass, const LongGrid& grid,
                                           std::int64_t start,
                                           const Batch<typename Pass::Type, kWidth>& batch,
                                           A (&values)[Pass::kInputs][kCount]) {
  const std::int64_t step = separate(grid.along * kWidth * grid.strips.inner);
#pragma unroll
  for (int i = 0; i < Pass::kInputs; ++i) {
    const auto* from = pass.inputs[i] + start + batch.index(0) * grid.strips.inner;
    using T = typename Pass::Type;
    Words<kWidth, T> vectors[kCount / kWidth];
#pragma unroll
    for (int k = 0; k < kCount; k += kWidth, from += step) {
      auto& vector = vectors[k / kWidth];
      vector = filled_words<kWidth, T>(pass.fill(i));
      if (batch.holds(k)) vector = load_words<kWidth>(from);
    }
#pragma unroll
    for (int k = 0; k < kCount; k += kWidth) convert<kWidth, T>(vectors[k / kWidth], &values[i][k]);
  }
}

/// What one thread sees of its strip's values [begin, end).
template <int kWidth, typename Pass>
__device__ typename Pass::Partial scan_strip(const Pass& pass, const LongGrid& grid,
                                             std::int64_t start, std::int64_t begin,
                                             std::int64_t end, int y) {
  using T = typename Pass::Type;
  constexpr int kCount = Batch<T, kWidth>::kCount;
  auto partial = Pass::Partial::none();
  for (; begin < end; begin += grid.along * kCount) {
    const Batch<T, kWidth> batch(begin, end, grid.along, y);
    Compute<T> values[Pass::kInputs][kCount];
    load_batch<kWidth>(pass, grid, start, batch, values);
    pass.take(partial, values, batch);
  }
  return partial;
}

/// The merge over the threads of each strip, in all of them.
template <typename Partial>
__device__ Partial over_along(Partial partial, const LongGrid& grid, int x, int y) {
  __shared__ Partial partials[kLongThreads];
  __syncthreads();  // those of the call before have been read
  partials[threadIdx.x] = partial;
  __syncthreads();
  if constexpr (Partial::kHasMax) {
    // All are brought to the largest maximum first, so that each is rounded once for that.
    for (int half = grid.along / 2; half > 0; half /= 2) {
      if (y < half) {
        const auto other = partials[threadIdx.x + half * grid.across].maximum();
        partials[threadIdx.x].maximum() = max_of(partials[threadIdx.x].maximum(), other);
      }
      __syncthreads();
    }
    partial.raise(partials[x].maximum());
    __syncthreads();
    partials[threadIdx.x] = partial;
    __syncthreads();
  }
  for (int half = grid.along / 2; half > 0; half /= 2) {
    if (y < half) {
      Partial merged = partials[threadIdx.x];
      merged.merge(partials[threadIdx.x + half * grid.across]);
      partials[threadIdx.x] = merged;
    }
    __syncthreads();
  }
  return partials[x];
}

/// partials: Partial[parts][strips].
template <int kWidth, typename Pass>
__global__ void __launch_bounds__(kLongThreads, 2)
    scan_kernel(const Pass pass, const LongGrid grid, typename Pass::Partial* partials) {
  const int x = threadIdx.x % grid.across, y = threadIdx.x / grid.across;
  for (std::int64_t work = blockIdx.x; work < grid.strips.tiles * grid.parts; work += gridDim.x) {
    const std::int64_t part = work % grid.parts, id = work / grid.parts * grid.across + x;
    const bool active = id < grid.strips.strips;
    auto partial = Pass::Partial::none();
    if (active) {
      const std::int64_t begin = part * grid.part;
      partial = scan_strip<kWidth>(pass, grid, column_start(grid.strips, id), begin,
                                   min(begin + grid.part, grid.strips.size), y);
    }
    partial = over_along(partial, grid, x, y);
    if (active && y == 0) partials[part * grid.strips.strips + id] = partial;
  }
}

/// partials: from scan_kernel, or nullptr: each block scans its strips, of one part, itself.
template <int kWidth, typename Pass>
__global__ void __launch_bounds__(kLongThreads, 2)
    finish_kernel(Pass pass, const LongGrid grid, const typename Pass::Partial* partials) {
  using T = typename Pass::Type;
  constexpr int kCount = Batch<T, kWidth>::kCount;
  const int x = threadIdx.x % grid.across, y = threadIdx.x / grid.across;
  for (std::int64_t work = blockIdx.x; work < grid.strips.tiles * grid.parts; work += gridDim.x) {
    const std::int64_t part = work % grid.parts, id = work / grid.parts * grid.across + x;
    const bool active = id < grid.strips.strips;
    const std::int64_t start = active ? column_start(grid.strips, id) : 0;
    const std::int64_t begin = part * grid.part;
    const std::int64_t end = active ? min(begin + grid.part, grid.strips.size) : begin;
    auto partial = Pass::Partial::none();
    if (partials == nullptr) {
      partial = scan_strip<kWidth>(pass, grid, start, begin, end, y);
    } else if (active) {
      for (int i = y; i < grid.parts; i += grid.along) {
        partial.merge(partials[i * grid.strips.strips + id]);
      }
    }
    partial = over_along(partial, grid, x, y);
    const StripPlace place{id, start, grid.strips.inner, active, active && y == 0 && part == 0};
    const auto result = pass.finish(partial, place);
    if (pass.output == nullptr) continue;
    // From the end: what was read last is still in the cache.
    const std::int64_t step = grid.along * kCount;
    for (std::int64_t at = begin + (end - begin + step - 1) / step * step - step; at >= begin;
         at -= step) {
      const Batch<T, kWidth> batch(at, end, grid.along, y);
      Compute<T> values[Pass::kInputs][kCount], outputs[kCount];
      load_batch<kWidth>(pass, grid, start, batch, values);
#pragma unroll
      for (int k = 0; k < kCount; ++k) outputs[k] = pass.value(result, values, k, batch.index(k));
      auto* to = pass.output + start + batch.index(0) * grid.strips.inner;
      const std::int64_t stride = separate(grid.along * kWidth * grid.strips.inner);
#pragma unroll
      for (int k = 0; k < kCount; k += kWidth, to += stride) {
        if (batch.holds(k)) store_vector<kWidth>(to, &outputs[k]);
      }
    }
  }
  pass.end();
}

/// Launches `make_pass(blocks)`, blocks being those of the second kernel.
template <int kWidth, typename MakePass>
void launch_long_strips(const DimLayout& layout, const DeviceScope& scope,
                        const MakePass& make_pass) {
  using Pass = std::decay_t<decltype(make_pass(0u))>;
  using T = typename Pass::Type;
  using Partial = typename Pass::Partial;
  constexpr int kCount = Batch<T, kWidth>::kCount;
  LongGrid grid{StripGrid::of(layout.outer * layout.inner, layout.size, layout.inner)};
  grid.across = 1;
  while (layout.inner > 1 && grid.across < 32 && grid.across < grid.strips.strips) grid.across *= 2;
  grid.along = kLongThreads / grid.across;
  grid.strips.tiles = ceil_div(grid.strips.strips, grid.across);
  // Enough blocks to fill large devices, each with a few batches; a number that does not depend on
  // the device, so that neither do the results.
  constexpr std::int64_t kWanted = 264;
  const std::int64_t step = grid.along * kCount;
  const std::int64_t parts =
      std::min<std::int64_t>({kWanted / grid.strips.tiles, layout.size / (2 * step), 128});
  grid.part = ceil_div(ceil_div(layout.size, std::max<std::int64_t>(parts, 1)), step) * step;
  grid.parts = static_cast<int>(ceil_div(layout.size, grid.part));
  const unsigned blocks = blocks_for(grid.strips.tiles * grid.parts);
  const Pass pass = make_pass(blocks);
  std::optional<Scratch<Partial>> partials;
  if (grid.parts > 1) {
    partials.emplace(grid.strips.strips * grid.parts);
    scan_kernel<kWidth><<<blocks, kLongThreads, 0, scope.stream>>>(pass, grid, partials->get());
    C10_CUDA_KERNEL_LAUNCH_CHECK();
  }
  finish_kernel<kWidth><<<blocks, kLongThreads, 0, scope.stream>>>(
      pass, grid, static_cast<const Partial*>(partials ? partials->get() : nullptr));
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

}  // namespace carica::ops::cuda
