// Which shape of strip holds a layout, by its size; launches of strip_kernel. make_op(blocks)
// returns the operator for a launch of so many blocks; kArrays: the strips it holds at once. Both
// return false, with nothing launched, for strips too long for registers.
#pragma once

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

template <typename T, int kWidth, int kHeld, typename MakeOp>
void launch_lanes(StripGrid grid, cudaStream_t stream, const MakeOp& make_op) {
  constexpr int kThreads = 128;
  grid.lanes = 8;
  while (grid.lanes * kHeld < grid.size) grid.lanes *= 2;
  launch_strips<SharedRow<T, kWidth, kHeld, Scope::kLanes>>(grid, kThreads, kThreads / grid.lanes,
                                                            0, stream, make_op);
}

template <typename T, int kWidth, typename MakeOp>
bool launch_long_rows(StripGrid grid, const DeviceScope& scope, const MakeOp& make_op) {
  constexpr int kHeld = 64 / sizeof(Compute<T>);  // of 64 registers that 1024 threads have each
  constexpr int kBlock = 1024 * kHeld;
  if (grid.size <= kBlock) {
    launch_strips<SharedRow<T, kWidth, kHeld, Scope::kBlock>>(
        grid, whole_warps(ceil_div(grid.size, kHeld)), 1, 0, scope.stream, make_op);
    return true;
  }
  if (grid.size > 8 * kBlock || !scope.has_clusters()) return false;
  for (grid.blocks = 2; grid.blocks * kBlock < grid.size;) grid.blocks *= 2;
  launch_clusters<SharedRow<T, kWidth, kHeld, Scope::kCluster>>(
      grid, whole_warps(ceil_div(grid.size, kHeld * grid.blocks)), scope.stream, make_op);
  return true;
}

/// vectors: whether allows_vectors() holds for all tensors.
template <typename T, typename MakeOp>
bool launch_rows(const DimLayout& layout, bool vectors, const DeviceScope& scope,
                 const MakeOp& make_op) {
  const StripGrid grid{layout.outer, layout.size, 1, 0};
  if (grid.size <= 32) {
    const auto staged = [&](auto held) {
      launch_strips<StagedRow<T, decltype(held)::value>>(
          grid, kStagedRows, kStagedRows, kStagedRows * (grid.size | 1) * sizeof(Compute<T>),
          scope.stream, make_op);
    };
    if (grid.size <= 8) {
      staged(std::integral_constant<int, 8>());
    } else if (grid.size <= 16) {
      staged(std::integral_constant<int, 16>());
    } else {
      staged(std::integral_constant<int, 32>());
    }
    return true;
  }
  const auto shared = [&](auto width_of) {
    constexpr int kWidth = decltype(width_of)::value;
    if (grid.size > 1024) {
      return launch_long_rows<T, kWidth>(grid, scope, make_op);
    }
    if (grid.size <= 256) {
      launch_lanes<T, kWidth, 8>(grid, scope.stream, make_op);
    } else {
      launch_lanes<T, kWidth, 32>(grid, scope.stream, make_op);
    }
    return true;
  };
  if (vectors) return shared(std::integral_constant<int, kVector<T>>());
  return shared(std::integral_constant<int, 1>());
}

template <typename T, int kArrays, typename MakeOp>
bool launch_columns(const DimLayout& layout, const DeviceScope& scope, const MakeOp& make_op) {
  StripGrid grid{layout.outer * layout.inner, layout.size, layout.inner, 0};
  constexpr int kThreads = 128;
  if (grid.size <= 8) {
    launch_strips<Column<T, 8, true>>(grid, kThreads, kThreads, 0, scope.stream, make_op);
    return true;
  }
  if (grid.size <= 32) {
    launch_strips<Column<T, 32, true>>(grid, kThreads, kThreads, 0, scope.stream, make_op);
    return true;
  }
  constexpr int kHeld = 128 / (sizeof(Compute<T>) * kArrays);
  if (grid.size > 32 * kHeld) return false;
  grid.lanes = static_cast<int>(ceil_div(grid.size, kHeld));
  launch_strips<Column<T, kHeld, false>>(grid, 32 * grid.lanes, 32, 0, scope.stream, make_op);
  return true;
}

}  // namespace carica::ops::cuda
