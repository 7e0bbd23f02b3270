// Which shape of strip holds a layout, by its size; launches of strip_kernel. make_op(blocks)
// returns the operator for a launch of so many blocks; kArrays: the strips it holds at once. Both
// return false, with nothing launched, for strips too long for registers. The limits below are what
// was fastest on an H200. An operator says which of two ways suits it:
//
//   kShortVectors   of rows of 16-bit values: vectors that end with the rows, or longer ones
//   kWideColumns    of many columns: two in a thread, with all their values
//   kFetches        of long rows of 16 bits: the next one is fetched, see SharedRow
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
  const ClusterLaunch launch(grid.blocks, blocks, threads, stream);
  const auto op = make_op(blocks);
  C10_CUDA_CHECK(cudaLaunchKernelEx(&launch.config, strip_kernel<Strip, std::decay_t<decltype(op)>>,
                                    op, static_cast<const StripGrid>(grid)));
}

inline int whole_warps(std::int64_t threads) {
  return static_cast<int>(ceil_div(threads, 32) * 32);
}

/// Values of the longest rows, with those that share their vectors, that a warp holds.
template <typename T, int kArrays>
constexpr std::int64_t kMostLaneValues = sizeof(T) == 4 && kArrays == 1 ? 1280 : 1024;

/// Threads of a warp share a row: the fewest that hold it and still move 64 bytes of it at a time.
template <typename T, int kWidth, int kHeld, typename MakeOp>
void launch_lanes(StripGrid grid, cudaStream_t stream, const MakeOp& make_op) {
  constexpr int kThreads = 128, kLeast = 64 / (kWidth * static_cast<int>(sizeof(T)));
  using Strip = SharedRow<T, kWidth, kHeld, Scope::kLanes>;
  grid.lanes = kHeld > 8 ? std::min(kLeast, 32) : 1;
  while (grid.lanes * kHeld < Strip::span(grid.size)) grid.lanes *= 2;
  grid.used = Strip::used(grid.size, grid.lanes);
  launch_strips<Strip>(grid, kThreads, kThreads / grid.lanes, 0, stream, make_op);
}

/// Rows that threads of a warp can hold, 33 values or more.
template <typename T, int kWidth, int kArrays, typename MakeOp>
void launch_lane_rows(const StripGrid& grid, cudaStream_t stream, const MakeOp& make_op) {
  // Few lanes with many values each spare merging; two arrays need the registers.
  const std::int64_t span = SharedRow<T, kWidth, 32, Scope::kLanes>::span(grid.size);
  if constexpr (kWidth == kVector<T> && sizeof(T) < 8) {
    // Where 32 values a thread would leave many places empty.
    std::int64_t places = 256;
    while (places < span) places *= 2;
    if (span > 256 && 8 * span <= 5 * places) {
      constexpr int kFew = sizeof(T) == 4 ? 20 : 24;
      return launch_lanes < T, kWidth, kArrays == 1 ? 40 : kFew > (grid, stream, make_op);
    }
  }
  // Where rows begin anywhere in a line of memory, more of it should be moved at a time.
  const bool spread = sizeof(T) == 4 && kWidth > 1 && grid.size * sizeof(T) % 64 != 0;
  if (kArrays > 1 && span <= 256) {
    launch_lanes<T, kWidth, 8>(grid, stream, make_op);
  } else if (kArrays == 1 && span * kWidth * sizeof(T) <= (spread ? 128 : 64) * 16) {
    launch_lanes<T, kWidth, 16>(grid, stream, make_op);
  } else {
    launch_lanes<T, kWidth, 32>(grid, stream, make_op);
  }
}

/// Rows in blocks of 512 threads, or clusters of these, of which two share a multiprocessor, each
/// with a row in registers and the next one on the way. False, with nothing launched, for rows that
/// are too long, or too few to have a next one.
template <typename T, int kWidth, int kArrays, typename MakeOp>
bool launch_fetched_rows(StripGrid grid, const DeviceScope& scope, const MakeOp& make_op) {
  constexpr int kHeld = 32 / kArrays, kBlock = kWideThreads * kHeld, kMostBlocks = kArrays;
  constexpr std::int64_t kFewBlocks = 264;  // of any device, so that all have the same results
  const std::int64_t span = SharedRow<T, kWidth, kHeld, Scope::kBlock, true>::span(grid.size);
  while (grid.blocks * kBlock < span) grid.blocks *= 2;
  if (grid.blocks > kMostBlocks || grid.strips * grid.blocks <= kFewBlocks) return false;
  if (grid.blocks > 1 && !scope.has_clusters()) return false;
  const int threads = whole_warps(ceil_div(span, kHeld * grid.blocks));
  const std::size_t shared_bytes = threads * kHeld * kArrays * sizeof(T);
  const std::int64_t resident = std::max(2 * scope.multiprocessors() / grid.blocks, 1);
  grid.tiles = grid.strips;
  const auto blocks = static_cast<unsigned>(std::min(grid.tiles, resident) * grid.blocks);
  const auto launch = [&](auto scope_of) {
    using Strip = SharedRow<T, kWidth, kHeld, decltype(scope_of)::value, true>;
    grid.used = Strip::used(grid.size, threads * grid.blocks);
    const auto op = make_op(blocks);
    const auto kernel = strip_kernel<Strip, std::decay_t<decltype(op)>>;
    // The most that any launch wants: another thread's launch may stand between this and the next.
    C10_CUDA_CHECK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                        static_cast<int>(kBlock * kArrays * sizeof(T))));
    ClusterLaunch launch(grid.blocks, blocks, threads, scope.stream);
    launch.config.dynamicSmemBytes = shared_bytes;
    C10_CUDA_CHECK(
        cudaLaunchKernelEx(&launch.config, kernel, op, static_cast<const StripGrid>(grid)));
  };
  if (grid.blocks == 1) {
    launch(std::integral_constant<Scope, Scope::kBlock>());
  } else {
    launch(std::integral_constant<Scope, Scope::kCluster>());
  }
  return true;
}

template <typename T, int kWidth, int kArrays, typename MakeOp>
bool launch_long_rows(StripGrid grid, const DeviceScope& scope, const MakeOp& make_op) {
  constexpr int kHeld = 64 / sizeof(Compute<T>);  // of 64 registers that 1024 threads have each
  constexpr int kBlock = 1024 * kHeld;
  using Strip = SharedRow<T, kWidth, kHeld, Scope::kCluster>;
  const std::int64_t span = Strip::span(grid.size);
  using Op = std::decay_t<decltype(make_op(0u))>;
  if constexpr (Op::kFetches && kWidth > 1 && sizeof(T) == 2) {
    const bool is_long = span > kBlock / 2;
    if (is_long && launch_fetched_rows<T, kWidth, kArrays>(grid, scope, make_op)) return true;
  }
  const auto in_block = [&](auto held_of) {
    constexpr int kOwn = decltype(held_of)::value;
    using Own = SharedRow<T, kWidth, kOwn, Scope::kBlock>;
    const int threads = whole_warps(ceil_div(span, kOwn));
    grid.used = Own::used(grid.size, threads);
    launch_strips<Own>(grid, threads, 1, 0, scope.stream, make_op);
  };
  const auto in_cluster = [&](int threads) {
    for (grid.blocks = 2; grid.blocks * threads * kHeld < span;) grid.blocks *= 2;
    threads = whole_warps(ceil_div(span, kHeld * grid.blocks));
    grid.used = Strip::used(grid.size, threads * grid.blocks);
    launch_clusters<Strip>(grid, threads, scope.stream, make_op);
    return true;
  };
  if constexpr (kArrays == 2 && sizeof(T) < 8) {
    // Two blocks on a multiprocessor: one moves values while the other waits.
    const std::int64_t shortest = sizeof(T) == 4 ? kBlock : kBlock / 2;
    const std::int64_t longest = sizeof(T) == 4 ? 4 * kBlock : kBlock;
    if (span > shortest && span <= longest && scope.has_clusters()) return in_cluster(512);
  }
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
  return in_cluster(1024);
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

/// Rows of which several make up a vector; false where they do not.
template <typename T, typename MakeOp>
bool launch_packed_rows(const DimLayout& layout, const DeviceScope& scope, const MakeOp& make_op) {
  const auto grid = StripGrid::of(layout.outer, layout.size, 1);
  const auto packed = [&](auto size) {
    using Strip = PackedRow<T, decltype(size)::value>;
    launch_strips<Strip>(grid, Strip::kThreads, Strip::kTileRows, 0, scope.stream, make_op);
    return true;
  };
  constexpr int kWidth = kVector<T>;
  if constexpr (kWidth > 2) {
    if (grid.size == 2) return packed(std::integral_constant<int, 2>());
  }
  if constexpr (kWidth > 4) {
    if (grid.size == 4) return packed(std::integral_constant<int, 4>());
  }
  return false;
}

/// vectors: whether all tensors begin at a multiple of 128 bits, and end at one.
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
  using Op = std::decay_t<decltype(make_op(0u))>;
  const std::int64_t span =
      vectors ? SharedRow<T, kWidest, 32, Scope::kLanes>::span(grid.size) : grid.size;
  if constexpr (sizeof(T) == 2 && Op::kShortVectors) {
    // Vectors that end with the rows instead of longer ones that are cut there: not for many
    // values of two arrays.
    if (vectors && grid.size <= (kArrays == 1 ? 1024 : 256)) {
      if (grid.size % 8 == 4) {
        launch_lane_rows<T, 4, kArrays>(grid, scope.stream, make_op);
        return true;
      }
      if (grid.size % 4 == 2) {
        launch_lane_rows<T, 2, kArrays>(grid, scope.stream, make_op);
        return true;
      }
    }
  }
  if (span > (vectors ? kMostLaneValues<T, kArrays> : 1024)) {
    return vectors ? launch_long_rows<T, kWidest, kArrays>(grid, scope, make_op)
                   : launch_long_rows<T, 1, kArrays>(grid, scope, make_op);
  }
  if (vectors) {
    launch_lane_rows<T, kWidest, kArrays>(grid, scope.stream, make_op);
  } else {
    launch_lane_rows<T, 1, kArrays>(grid, scope.stream, make_op);
  }
  return true;
}

/// pairs: whether two values may be moved at once, at each multiple of two of all tensors.
template <typename T, int kArrays, typename MakeOp>
bool launch_columns(const DimLayout& layout, bool pairs, const DeviceScope& scope,
                    const MakeOp& make_op) {
  auto grid = StripGrid::of(layout.outer * layout.inner, layout.size, layout.inner);
  // Steps in bytes, of what is stored, too.
  if (layout.size * layout.inner * sizeof(Compute<T>) > std::numeric_limits<std::uint32_t>::max()) {
    return false;
  }
  constexpr int kThreads = 128, kWord = 4;  // bytes of most registers
  using Op = std::decay_t<decltype(make_op(0u))>;
  grid.whole = grid.used = static_cast<int>(grid.size);
  const auto alone = [&](auto held, auto pack) {
    constexpr int kPack = decltype(pack)::value;
    launch_strips<Column<T, decltype(held)::value, true, kPack>>(grid, kThreads, kThreads * kPack,
                                                                 0, scope.stream, make_op);
    return true;
  };
  const auto shared = [&](auto pack, auto values) {
    constexpr int kPack = decltype(pack)::value, kValues = decltype(values)::value;
    constexpr int kHeld = kValues * kWord / (sizeof(Compute<T>) * kArrays * kPack);
    using Strip = Column<T, kHeld, false, kPack>;
    if (grid.size > Strip::kMaxThreads / 32 * kHeld) return false;
    grid.lanes = static_cast<int>(ceil_div(grid.size, kHeld));
    grid.by_lanes = Divider(static_cast<std::uint32_t>(grid.lanes));
    grid.whole = static_cast<int>(grid.size / grid.lanes);
    grid.used = static_cast<int>(ceil_div(grid.size, grid.lanes));
    launch_strips<Strip>(grid, 32 * grid.lanes, 32 * kPack, 0, scope.stream, make_op);
    return true;
  };
  using Few = std::integral_constant<int, 32>;
  using Many = std::integral_constant<int, 64>;
  using One = std::integral_constant<int, 1>;
  using Two = std::integral_constant<int, 2>;
  if constexpr (sizeof(T) == 2) {
    // Two columns halve the accesses. With one array they take all registers that a thread may
    // have, which pays for few values only.
    if (pairs && layout.inner % 2 == 0) {
      if (grid.size <= 8) return alone(std::integral_constant<int, 8>(), Two());
      if (grid.size <= 16) return alone(std::integral_constant<int, 16>(), Two());
      if (kArrays == 1 && grid.size <= 24) return alone(std::integral_constant<int, 24>(), Two());
      if (kArrays == 2 && shared(Two(), Few())) return true;
    }
  }
  if (grid.size <= 8) return alone(std::integral_constant<int, 8>(), One());
  if constexpr (kArrays == 1 && sizeof(T) == 4) {
    if (grid.size <= 24) return alone(std::integral_constant<int, 24>(), One());
  }
  if (grid.size <= 32) return alone(std::integral_constant<int, 32>(), One());
  if constexpr (Op::kWideColumns && sizeof(T) < 8) {
    // Twice the values in a thread, and lines twice as long in memory, pay where the last blocks
    // that few multiprocessors are left with do not count.
    constexpr std::int64_t kLargeColumns = 1 << 20;
    const bool large = grid.strips >= kLargeColumns && layout.inner % 2 == 0;
    if (pairs && large && shared(Two(), Many())) return true;
  }
  return shared(One(), Few());
}

}  // namespace carica::ops::cuda
