// Which shape of strip holds a layout, by its size; launches of strip_kernel. make_op(blocks)
// returns the operator for a launch of so many blocks; kArrays: the strips it holds at once. Both
// return false, with nothing launched, for strips too long for registers.
#pragma once

#include <limits>
#include <type_traits>

#include "ops/cuda/column_strips.cuh"
#include "ops/cuda/launch.cuh"
#include "ops/cuda/row_strips.cuh"
#include "ops/kernels.h"

namespace carica::ops::cuda {

template <typename Strip, typename MakeOp>
void launch_strips(StripGrid grid, int threads, int strips_per_tile, std::size_t shared_bytes,
                   cudaStream_t stream, const MakeOp& make_op) {
  grid.tiles = ceil_div(grid.strips, strips_per_tile);
  const unsigned blocks = blocks_for(grid.tiles);
  const auto op = make_op(blocks);
  strip_kernel<Strip><<<blocks, threads, shared_bytes, stream>>>(op, grid);
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

template <typename Strip, typename MakeOp>
void launch_clusters(StripGrid grid, int threads, cudaStream_t stream, const MakeOp& make_op) {
  grid.tiles = grid.strips;
  const unsigned blocks = blocks_for(grid.tiles) * grid.blocks;
  cudaLaunchAttribute attribute = {};
  attribute.id = cudaLaunchAttributeClusterDimension;
  attribute.val.clusterDim = {static_cast<unsigned>(grid.blocks), 1, 1};
  cudaLaunchConfig_t config = {};
  config.gridDim = dim3(blocks);
  config.blockDim = dim3(threads);
  config.stream = stream;
  config.attrs = &attribute;
  config.numAttrs = 1;
  const auto op = make_op(blocks);
  C10_CUDA_CHECK(cudaLaunchKernelEx(&config, strip_kernel<Strip, std::decay_t<decltype(op)>>, op,
                                    static_cast<const StripGrid>(grid)));
}

inline int whole_warps(std::int64_t threads) {
  return static_cast<int>(ceil_div(threads, 32) * 32);
}

/// Threads of a warp share a row: the fewest that hold it and still move 64 bytes of it at a time.
template <typename T, int kWidth, int kHeld, typename MakeOp>
void launch_lanes(StripGrid grid, cudaStream_t stream, const MakeOp& make_op) {
  constexpr int kThreads = 128, kLeast = 64 / (kWidth * static_cast<int>(sizeof(T)));
  using Strip = SharedRow<T, kWidth, kHeld, Scope::kLanes>;
  grid.lanes = kHeld > 8 ? std::min(kLeast, 32) : 1;
  while (grid.lanes * kHeld < Strip::span(grid.size)) grid.lanes *= 2;
  launch_strips<Strip>(grid, kThreads, kThreads / grid.lanes, 0, stream, make_op);
}

/// Rows of 33 to 1024 values, with those that share their first and last vector.
template <typename T, int kWidth, int kArrays, typename MakeOp>
void launch_lane_rows(const StripGrid& grid, cudaStream_t stream, const MakeOp& make_op) {
  // Few lanes with many values each spare merging; two arrays need the registers.
  const std::int64_t span = SharedRow<T, kWidth, 32, Scope::kLanes>::span(grid.size);
  if (kArrays > 1 && span <= 256) {
    launch_lanes<T, kWidth, 8>(grid, stream, make_op);
  } else if (kArrays == 1 && span * kWidth * sizeof(T) <= 64 * 16) {
    launch_lanes<T, kWidth, 16>(grid, stream, make_op);
  } else {
    launch_lanes<T, kWidth, 32>(grid, stream, make_op);
  }
}

template <typename T, int kWidth, int kArrays, typename MakeOp>
bool launch_long_rows(StripGrid grid, const DeviceScope& scope, const MakeOp& make_op) {
  constexpr int kHeld = 64 / sizeof(Compute<T>);  // of 64 registers that 1024 threads have each
  constexpr int kBlock = 1024 * kHeld;
  using Strip = SharedRow<T, kWidth, kHeld, Scope::kCluster>;
  const std::int64_t span = Strip::span(grid.size);
  const auto in_block = [&](auto held_of) {
    constexpr int kOwn = decltype(held_of)::value;
    launch_strips<SharedRow<T, kWidth, kOwn, Scope::kBlock>>(
        grid, whole_warps(ceil_div(span, kOwn)), 1, 0, scope.stream, make_op);
  };
  if constexpr (kArrays == 1) {
    // Of 16 bits, few values are too few bytes under way.
    if ((span > kBlock / 2 || sizeof(T) == 2) && span <= kBlock) {
      in_block(std::integral_constant<int, 2 * kHeld>());
      return true;
    }
  }
  if (span <= kBlock) {
    in_block(std::integral_constant<int, kHeld>());
    return true;
  }
  // Clusters leave no room for a second row: with many rows, reading twice is faster.
  constexpr std::int64_t kManyRows = 200;
  if (span > 8 * kBlock || grid.strips > kManyRows || !scope.has_clusters()) return false;
  for (grid.blocks = 2; grid.blocks * kBlock < span;) grid.blocks *= 2;
  launch_clusters<Strip>(grid, whole_warps(ceil_div(span, kHeld * grid.blocks)), scope.stream,
                         make_op);
  return true;
}

template <typename T, typename MakeOp>
void launch_short_rows(const StripGrid& grid, const DeviceScope& scope, const MakeOp& make_op) {
  const auto staged = [&](auto held, auto rows) {
    using Strip = StagedRow<T, decltype(held)::value, decltype(rows)::value>;
    launch_strips<Strip>(grid, kStagedThreads, Strip::kTileRows,
                         Strip::kTileRows * grid.size * sizeof(Compute<T>), scope.stream, make_op);
  };
  using One = std::integral_constant<int, 1>;
  if (grid.size <= 8) {
    staged(std::integral_constant<int, 8>(), std::integral_constant<int, 2>());
  } else if (grid.size <= 16) {
    staged(std::integral_constant<int, 16>(), One());
  } else {
    staged(std::integral_constant<int, 32>(), One());
  }
}

/// vectors: whether all tensors begin at a multiple of 128 bits.
template <typename T, int kArrays, typename MakeOp>
bool launch_rows(const DimLayout& layout, bool vectors, const DeviceScope& scope,
                 const MakeOp& make_op) {
  const auto grid = StripGrid::of(layout.outer, layout.size, 1);
  // In shared memory, rows a multiple of 4 words apart would meet in few banks.
  const bool apart = grid.size * sizeof(T) % 16 != 0 || grid.size * sizeof(T) < 16;
  if (grid.size <= 32 && (apart || !vectors)) {
    launch_short_rows<T>(grid, scope, make_op);
    return true;
  }
  constexpr int kWidest = kVector<T>;
  if (grid.size <= 32) {
    launch_lanes<T, kWidest, 8>(grid, scope.stream, make_op);
    return true;
  }
  const bool ragged = vectors && grid.size % (sizeof(T) == 2 ? 2 : kWidest) != 0;
  if ((ragged ? SharedRow<T, kWidest, 32, Scope::kLanes>::span(grid.size) : grid.size) > 1024) {
    return vectors ? launch_long_rows<T, kWidest, kArrays>(grid, scope, make_op)
                   : launch_long_rows<T, 1, kArrays>(grid, scope, make_op);
  }
  if (!vectors) {
    launch_lane_rows<T, 1, kArrays>(grid, scope.stream, make_op);
    return true;
  }
  if constexpr (sizeof(T) == 2) {
    // Vectors that end with the rows are better than longer ones: ends of 2 bytes are dear.
    if (grid.size % 8 == 4) {
      launch_lane_rows<T, 4, kArrays>(grid, scope.stream, make_op);
      return true;
    }
    if (grid.size % 4 == 2) {
      launch_lane_rows<T, 2, kArrays>(grid, scope.stream, make_op);
      return true;
    }
  }
  launch_lane_rows<T, kWidest, kArrays>(grid, scope.stream, make_op);
  return true;
}

/// pairs: whether two values may be moved at once, at each multiple of two of all tensors.
template <typename T, int kArrays, typename MakeOp>
bool launch_columns(const DimLayout& layout, bool pairs, const DeviceScope& scope,
                    const MakeOp& make_op) {
  auto grid = StripGrid::of(layout.outer * layout.inner, layout.size, layout.inner);
  if (layout.size * layout.inner * sizeof(T) > std::numeric_limits<std::uint32_t>::max()) {
    return false;
  }
  constexpr int kThreads = 128, kWord = 4;  // bytes of most registers
  const auto alone = [&](auto held, auto pack) {
    constexpr int kPack = decltype(pack)::value;
    launch_strips<Column<T, decltype(held)::value, true, kPack>>(grid, kThreads, kThreads * kPack,
                                                                 0, scope.stream, make_op);
    return true;
  };
  const auto shared = [&](auto pack) {
    constexpr int kPack = decltype(pack)::value;
    constexpr int kHeld = 32 * kWord / (sizeof(Compute<T>) * kArrays * kPack);
    if (grid.size > kSharedWarps * kHeld) return false;
    grid.lanes = static_cast<int>(ceil_div(grid.size, kHeld));
    launch_strips<Column<T, kHeld, false, kPack>>(grid, 32 * grid.lanes, 32 * kPack, 0,
                                                  scope.stream, make_op);
    return true;
  };
  using One = std::integral_constant<int, 1>;
  using Two = std::integral_constant<int, 2>;
  if constexpr (sizeof(T) == 2) {
    // Two columns halve the accesses. With one array they take all registers that a thread may
    // have, which pays for few values only.
    if (pairs && layout.inner % 2 == 0) {
      if (grid.size <= 8) return alone(std::integral_constant<int, 8>(), Two());
      if (grid.size <= 16) return alone(std::integral_constant<int, 16>(), Two());
      if (kArrays == 1 && grid.size <= 24) return alone(std::integral_constant<int, 24>(), Two());
      if (kArrays == 2 && shared(Two())) return true;
    }
  }
  if (grid.size <= 8) return alone(std::integral_constant<int, 8>(), One());
  if (grid.size <= 32) return alone(std::integral_constant<int, 32>(), One());
  return shared(One());
}

}  // namespace carica::ops::cuda
