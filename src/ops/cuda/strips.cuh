// A strip: the values of one softmax, held in the registers of the threads that share it, so that
// memory is read once and written once. Operators are written once for all shapes of strips:
//
//   A values[Strip::kCount]      what this thread holds: value index(k) of the strip where holds(k)
//   load(data, values), store    all together; values[k] keeps what it had where not holds(k)
//   max(value), sum(pair)        over the strip's threads; all threads of the block take part
//   id(), active(), leads()      the strip's number; whether there is one; one thread in each
//   offset(c)                    where value c lies in memory
//
// Shapes: row_strips.cuh, column_strips.cuh. Strips too long for registers: long_strips.cuh.
#pragma once

#include <cstdint>

#include "ops/cuda/normalizer.cuh"

namespace carica::ops::cuda {

struct StripGrid {
  std::int64_t strips, size, inner;
  std::int64_t tiles;  // groups of strips, each the work of `blocks` blocks
  int lanes = 1;       // threads that share a strip (of a block)
  int blocks = 1;      // blocks that share a strip: a cluster
};

/// e / divisor for divisor in 2..32 and e < 128 * divisor (checked for all of them).
CARICA_BOTH int short_quotient(int e, int divisor) {
  return static_cast<int>((static_cast<unsigned>(e) * ((1u << 20) / divisor + 1)) >> 20);
}

#ifdef __CUDACC__
/// op(strip) for each strip; op.finish() once in each block.
template <typename Strip, typename Op>
__global__ void __launch_bounds__(Strip::kMaxThreads,
                                  (Strip::kMinBlocks + Op::kArrays - 1) / Op::kArrays)
    strip_kernel(Op op, const StripGrid grid) {
  const unsigned stride = gridDim.x / grid.blocks;
  for (std::int64_t tile = blockIdx.x / grid.blocks; tile < grid.tiles; tile += stride) {
    const Strip strip(grid, tile);
    op(strip);
  }
  op.finish();
}
#endif

}  // namespace carica::ops::cuda
