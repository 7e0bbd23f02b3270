// Cross-entropy of maps in tiles that few threads work on alone: see kernel below.
#include <type_traits>

#include "ops/cuda/cross_entropy_layouts.h"
#include "ops/cuda/cross_entropy_passes.cuh"
#include "ops/cuda/tile_loads.cuh"

namespace carica::ops::cuda {

namespace {

template <typename T>
struct TilesWork {
  T* gradient;
  TargetView<float> targets;
  LossOutputs<float> outputs;
  std::int64_t tiles;
  Divider parts;  // tiles in `inner`
  int classes, inner;
};

template <int count>
using Count = std::integral_constant<int, count>;

/// visit(c, Count<n>()) for all classes, n of them from c on, whose steps need not wait for each
/// other.
template <typename Visit>
__device__ __forceinline__ void for_classes(int classes, const Visit& visit) {
  int c = 0;
#pragma unroll 1
  for (; c + 8 <= classes; c += 8) visit(c, Count<8>());
  if (c + 4 <= classes) {
    visit(c, Count<4>());
    c += 4;
  }
#pragma unroll 1
  for (; c < classes; ++c) visit(c, Count<1>());
}

/// Where a tile lies, and this thread's first column there.
struct TilePlace {
  int outer, left, first;
  bool active;
  std::int64_t id;

  template <typename T>
  __device__ TilePlace(const TilesWork<T>& work, std::int64_t tile, int columns, int own) {
    const auto n = static_cast<std::uint32_t>(tile);
    const std::uint32_t o = work.parts.quotient(n);
    outer = static_cast<int>(o);
    left = static_cast<int>(n - o * work.parts.divisor) * columns;
    first = left + own;
    active = first < work.inner;
    id = o * static_cast<std::int64_t>(work.inner) + first;
  }
};

/// A small block works on one tile after the other, each of all classes and of kPack columns a
/// thread. The tile waits in shared memory while each thread goes through its columns' values three
/// times: for the maximum, the sum of powers, and the gradient. Nothing is merged, and threads wait
/// for each other only before the next tile comes: of the many blocks on a multiprocessor, some
/// always load. No registers hold values, and no loads or addresses are computed for them.
template <typename T, int kThreads, int kPack, bool kGradient>
__global__ void __launch_bounds__(kThreads, 1024 / kThreads)
    tiles_kernel(TilesWork<T> work, const __grid_constant__ CUtensorMap map) {
  constexpr int kColumns = kThreads * kPack;
  // Powers take the logits' place where there is room for them.
  constexpr bool kKeepsPowers = kGradient && sizeof(T) == sizeof(float);
  extern __shared__ __align__(128) unsigned char tile_bytes[];
  __shared__ std::uint64_t barrier;
  work.targets.share = 0;  // see cross_entropy_tiles()
  const int own_column = threadIdx.x * kPack;
  const std::uint32_t bytes = work.classes * kColumns * static_cast<std::uint32_t>(sizeof(T));
  TileArrivals arrivals{&barrier};
  const auto fetch = [&](std::int64_t tile) {
    if (tile >= work.tiles) return;
    const TilePlace place(work, tile, kColumns, own_column);
    arrivals.fetch(tile_bytes, map, place.left, place.outer, bytes);
  };
  arrivals.begin();
  fetch(blockIdx.x);
  Total total;
  for (std::int64_t tile = blockIdx.x; tile < work.tiles; tile += gridDim.x) {
    const TilePlace place(work, tile, kColumns, own_column);
    std::int64_t given[kPack];
#pragma unroll
    for (int w = 0; w < kPack; ++w) {
      given[w] = place.active ? work.targets.given(place.id + w) : kIgnoredTarget;
    }
    arrivals.wait();
    T* const columns = reinterpret_cast<T*>(tile_bytes) + own_column;
    const auto load = [&](int c, float(&values)[kPack]) {
      convert<kPack, T>(load_words<kPack>(columns + c * kColumns), values);
    };
    float shifts[kPack];
#pragma unroll
    for (int w = 0; w < kPack; ++w) shifts[w] = -kInfinity<float>;
    for_classes(work.classes, [&](int c, auto count) {
#pragma unroll
      for (int i = 0; i < decltype(count)::value; ++i) {
        float values[kPack];
        load(c + i, values);
#pragma unroll
        for (int w = 0; w < kPack; ++w) shifts[w] = max_of(shifts[w], values[w]);
      }
    });
    TargetCost<float> costs[kPack];
    Exponential<kLossPower<T>, float> exponentials[kPack];
    float own[kPack];
#pragma unroll
    for (int w = 0; w < kPack; ++w) {
      shifts[w] = shift_for(shifts[w]);
      exponentials[w] = Exponential<kLossPower<T>, float>(shifts[w]);
      costs[w] = TargetCost<float>(work.targets, given[w], place.id + w, place.active);
      own[w] = -kInfinity<float>;
      if (costs[w].target >= 0) {
        own[w] = static_cast<float>(columns[costs[w].target * kColumns + w]);
      }
      costs[w].power = exponentials[w](own[w]);
    }
    LongPowerSum<float> sums[kPack];
    for_classes(work.classes, [&](int c, auto count) {
      constexpr int n = decltype(count)::value;
      float powers[kPack][n];
#pragma unroll
      for (int i = 0; i < n; ++i) {
        float values[kPack];
        load(c + i, values);
#pragma unroll
        for (int w = 0; w < kPack; ++w) powers[w][i] = values[w] = exponentials[w](values[w]);
        if constexpr (kKeepsPowers) store_vector<kPack>(columns + (c + i) * kColumns, values);
      }
#pragma unroll
      for (int w = 0; w < kPack; ++w) add_all<n>(sums[w], powers[w]);
    });
    RowGradient<float> rows[kPack];
#pragma unroll
    for (int w = 0; w < kPack; ++w) {
      const Normalizer<float> normalizer(shifts[w], sums[w].partial());
      if (place.active) {
        const float loss = costs[w].loss(work.targets, normalizer, own[w], 0, 0);
        if (work.outputs.losses != nullptr) work.outputs.losses[place.id + w] = loss;
        costs[w].count(work.targets, loss, work.outputs.totals.weighs, total);
      }
      if constexpr (!kGradient) continue;
      costs[w].smooth(work.targets, 0);
      rows[w] = RowGradient<float>(work.targets, costs[w], normalizer);
      // p - 1 is minus what the others hold, by the same factor as their gradients.
      if (kKeepsPowers && costs[w].target >= 0) {
        const auto& sum = normalizer.sum;
        columns[costs[w].target * kColumns + w] =
            static_cast<T>(-((sum.high - costs[w].power) + sum.low));
      }
    }
    if (kGradient && place.active) {
      const std::int64_t image = static_cast<std::int64_t>(work.classes) * work.inner;
      T* const gradient = work.gradient + place.outer * image + place.first;
      const std::uint32_t step = work.inner * static_cast<std::uint32_t>(sizeof(T));
      for_classes(work.classes, [&](int c, auto count) {
#pragma unroll
        for (int i = 0; i < decltype(count)::value; ++i) {
          float values[kPack];
          load(c + i, values);
#pragma unroll
          for (int w = 0; w < kPack; ++w) {
            if constexpr (!kKeepsPowers) values[w] = fast_exp_of(values[w] - shifts[w]);
            values[w] *= rows[w].gain;
          }
          store_vector<kPack>(at_step(gradient, c + i, step), values);
        }
      });
#pragma unroll
      for (int w = 0; w < kPack; ++w) {
        if (kKeepsPowers || rows[w].target < 0) continue;
        at_step(gradient, rows[w].target, step)[w] = static_cast<T>(rows[w].own);
      }
    }
    fetch(tile + gridDim.x);
  }
  work.outputs.totals.write(total);
}

constexpr std::int64_t kMostClasses = 256;  // of one box of the copy engine

template <typename T, int kThreads, int kPack>
void launch_tiles(const CrossEntropyWork& work, const DimLayout& layout, const DeviceScope& scope,
                  BlockTotals& totals) {
  constexpr int kColumns = kThreads * kPack;
  const std::int64_t parts = ceil_div(layout.inner, kColumns);
  TilesWork<T> tiles{};
  tiles.tiles = layout.outer * parts;
  tiles.parts = Divider(static_cast<std::uint32_t>(parts));
  tiles.classes = static_cast<int>(layout.size);
  tiles.inner = static_cast<int>(layout.inner);
  const std::size_t bytes = layout.size * kColumns * sizeof(T);
  // With many tiles, the last blocks should not be left alone with theirs for long.
  const unsigned blocks = blocks_for(tiles.tiles) * (tiles.tiles >= 1 << 16 ? 2 : 1);
  const auto op = make_cross_entropy_op<T>(work, layout.size, totals)(blocks);
  tiles.gradient = op.gradient;
  tiles.targets = op.targets;
  tiles.outputs = op.outputs;
  const auto map = make_tile_map(
      op.logits, {layout.outer, layout.size, layout.inner, kColumns, static_cast<int>(sizeof(T))});
  const auto kernel = op.gradient != nullptr ? tiles_kernel<T, kThreads, kPack, true>
                                             : tiles_kernel<T, kThreads, kPack, false>;
  // The most, whatever this one wants: another thread's may stand between this and the launch.
  C10_CUDA_CHECK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                      static_cast<int>(kMostClasses * kColumns * sizeof(T))));
  kernel<<<blocks, kThreads, bytes, scope.stream>>>(tiles, map);
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

}  // namespace

bool cross_entropy_tiles(const CrossEntropyWork& work, const DimLayout& layout,
                         BlockTotals& totals) {
  constexpr std::int64_t kMostColumns = std::int64_t{1} << 30, kLeastInner = 256;
  const auto bytes = static_cast<std::int64_t>(work.logits.element_size());
  if (bytes > 4 || layout.size > kMostClasses || work.targets.label_smoothing > 0) return false;
  if (layout.inner * bytes % 16 != 0 || !allows_vectors(work.logits.const_data_ptr())) return false;
  if (work.gradient.defined() && !allows_vectors(work.gradient.const_data_ptr())) return false;
  if (layout.inner < kLeastInner || layout.outer * layout.inner >= kMostColumns) return false;
  const DeviceScope scope(work.logits);
  if (!scope.has_clusters()) return false;  // as new as the copy engine
  // Lines of 256 bytes: what is written in shorter ones takes memory longer, for 32 bits, whose
  // limit it is. Few classes leave room for tiles of few threads with two columns each.
  constexpr std::int64_t kFewClasses = 50;
  with_type(work.logits.scalar_type(), [&](auto type) {
    using T = decltype(type);
    if constexpr (sizeof(T) == 2) {
      launch_tiles<T, 32, 2>(work, layout, scope, totals);
    } else if constexpr (sizeof(T) == 4) {
      layout.size <= kFewClasses ? launch_tiles<T, 32, 2>(work, layout, scope, totals)
                                 : launch_tiles<T, 64, 1>(work, layout, scope, totals);
    }
  });
  return true;
}

}  // namespace carica::ops::cuda
