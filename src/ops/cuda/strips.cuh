// A strip: the values of one softmax, held in the registers of the threads that share it, so that
// memory is read once and written once. A thread may hold parts of several strips. Operators are
// written once for all shapes of strips:
//
//   A values[kStrips][kCount]    what this thread holds: value index(k) of strip w where
//                                holds(w, k)
//   load(data, values, fill)     all together; `fill` for what is not held, so that arithmetic need
//                                not ask
//   store(data, values)          only what is held is stored; as the type of data, of any size
//   used()                       no k from here on is held, in any thread of the grid; values are
//                                loaded, or filled, up to the end of its group of kGroup
//   max(values), sum(sums)       over each strip's threads; all threads of the block take part
//   id(w), active(w), leads(w)   the strip's number; whether there is one; one thread in each
//   offset(w, c)                 where value c lies in memory
//   kFetches                     whether a strip is fetched while the one before it is worked on:
//   fetch<i>(data)               array i begins to come
//   load_fetched<i>(values, fill)   and has come
//   has_next(), next()           the block's next strip
//   kPuts                        whether there is put(data, w, c, value), after store(): value c of
//                                strip w, by the thread that holds it
//
// Shapes: row_strips.cuh, column_strips.cuh. Strips too long for registers: long_strips.cuh.
#pragma once

#include <cstdint>

#include "ops/cuda/normalizer.cuh"

namespace carica::ops::cuda {

/// n / divisor for n and divisor below 2^31, in three instructions.
/// Source: Granlund & Montgomery 1994, division by invariant integers using multiplication.
struct Divider {
  std::uint32_t divisor = 1, multiplier = 1, shift = 0;

  Divider() = default;
  explicit Divider(std::uint32_t by) : divisor(by) {
    while ((1ull << shift) < by) ++shift;
    multiplier = static_cast<std::uint32_t>((1ull << 32) * ((1ull << shift) - by) / by + 1);
  }
  CARICA_BOTH std::uint32_t quotient(std::uint32_t n) const {
#ifdef __CUDA_ARCH__
    const std::uint32_t high = __umulhi(n, multiplier);
#else
    const auto high = static_cast<std::uint32_t>((std::uint64_t{n} * multiplier) >> 32);
#endif
    return (high + n) >> shift;
  }
};

struct StripGrid {
  std::int64_t strips, size, inner;
  std::int64_t tiles = 0;   // groups of strips, each the work of `blocks` blocks
  int lanes = 1;            // threads that share a strip (of a block)
  int blocks = 1;           // blocks that share a strip: a cluster
  int whole = 0, used = 0;  // values of a strip that each thread holds; that none holds more than
  Divider by_lanes = {};
  Divider by_inner = {};  // where strips and inner are below 2^31

  static StripGrid of(std::int64_t strips, std::int64_t size, std::int64_t inner) {
    StripGrid grid{strips, size, inner};
    if (grid.is_small()) grid.by_inner = Divider(static_cast<std::uint32_t>(inner));
    return grid;
  }
  CARICA_BOTH bool is_small() const { return strips < 0x80000000 && inner < 0x80000000; }
};

#ifdef __CUDACC__
/// visit(k) for the first of each group, of all that may be held.
template <typename Strip, typename Visit>
__device__ __forceinline__ void for_groups(const Strip& strip, const Visit& visit) {
#pragma unroll
  for (int k = 0; k < Strip::kCount; k += Strip::kGroup) {
    if (k >= strip.used()) break;
    visit(k);
  }
}
/// visit(k) for all that may be held: in groups, so that few branches are left.
template <typename Strip, typename Visit>
__device__ __forceinline__ void for_values(const Strip& strip, const Visit& visit) {
  for_groups(strip, [&](int k) {
#pragma unroll
    for (int i = k; i < k + Strip::kGroup; ++i) visit(i);
  });
}

/// Array kArray of an operator's, at `data`.
template <int kArray, typename Strip, typename T, typename Values, typename A>
__device__ __forceinline__ void load_array(const Strip& strip, const T* data, Values& values,
                                           A fill) {
  if constexpr (Strip::kFetches) {
    strip.template load_fetched<kArray>(values, fill);
  } else {
    strip.load(data, values, fill);
  }
}

/// Once all threads of the block hold this strip: where strips are fetched, the next one begins to
/// come.
template <typename Op, typename Strip>
__device__ __forceinline__ void fetch_next(const Op& op, const Strip& strip) {
  if constexpr (Strip::kFetches) {
    if (strip.has_next()) op.fetch(strip.next());
  }
}

/// op(strip) for each strip; op.finish() once in each block.
template <typename Strip, typename Op>
__global__ void __launch_bounds__(Strip::kMaxThreads,
                                  (Strip::kMinBlocks + Op::kArrays - 1) / Op::kArrays)
    strip_kernel(Op op, const StripGrid grid) {
  // Of a cluster, all blocks work on one tile.
  const unsigned blocks = Strip::kClusters ? grid.blocks : 1;
  const unsigned stride = gridDim.x / blocks;
  if constexpr (Strip::kFetches) op.fetch(Strip(grid, blockIdx.x / blocks));
  for (std::int64_t tile = blockIdx.x / blocks; tile < grid.tiles; tile += stride) {
    const Strip strip(grid, tile);
    op(strip);
  }
  op.finish();
}
#endif

}  // namespace carica::ops::cuda
