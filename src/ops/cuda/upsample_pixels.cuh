// The first step of upsample_cross_entropy.cu: the softmax of output pixels, their losses, and what
// their gradients need.
#pragma once

#include "ops/cuda/interpolation.cuh"
#include "ops/cuda/launch.cuh"
#include "ops/cuda/targets.cuh"

namespace carica::ops::cuda {

constexpr int kUpsampleThreads = 128;
constexpr int kRunRows = 4;        // pixels of a thread at a time, one above the other
constexpr int kLongestChunk = 16;  // output places of a chunk, along each axis
constexpr int kMostChunks = 32;    // of a block, side by side

/// What a pixel's gradient needs, see RowGradient.
template <typename A>
struct alignas(4 * sizeof(A)) Pixel {
  A shift, gain, own;
  int target;  // negative: none
};
/// With label smoothing there is one share for each pixel, too.
template <typename A>
struct PixelTile {
  Pixel<A>* pixels;  // nullptr: not wanted
  A* shares;
};

template <typename T>
struct UpsampleWork {
  using A = Compute<T>;
  Picture<const T> logits;
  int classes;
  TargetView<A> targets;
  Chunks<A> rows, columns;
  int chunks;  // of a block
  std::int64_t block_columns, blocks;
  A* losses;  // each of these: nullptr if not wanted
  TotalsView totals;
  A* corner_sums;  // see upsample_gather.h
  std::int64_t corner_stride, tile_pixels;
};

/// What a block works on at a time: one chunk of rows, some of columns. In shared memory.
template <typename A>
struct Tile {
  std::int64_t n, row_chunk, first_chunk;
  int chunks;
  int cell, top, bottom;           // output rows [top, bottom) of a cell
  int begins[kMostChunks + 1];     // output columns of chunk i: [begins[i], begins[i + 1])
  A lower_weights[kLongestChunk];  // of the rows; the upper ones are 1 - these

  __device__ int left() const { return begins[0]; }
  __device__ int width() const { return begins[chunks] - begins[0]; }
  __device__ int height() const { return bottom - top; }
};

/// By all threads; they wait for each other.
template <typename T>
__device__ void find_tile(const UpsampleWork<T>& work, std::int64_t block, Tile<Compute<T>>& tile) {
  const int thread = threadIdx.x;
  const std::int64_t line = block / work.block_columns;
  const std::int64_t row_chunk = line % work.rows.count();
  const std::int64_t first = block % work.block_columns * work.chunks;
  const int chunks =
      static_cast<int>(min(static_cast<std::int64_t>(work.chunks), work.columns.count() - first));
  __syncthreads();  // the tile before is done
  if (thread <= chunks) tile.begins[thread] = work.columns.begin(first + thread);
  if (thread == kUpsampleThreads - 1) tile.bottom = work.rows.begin(row_chunk + 1);
  if (thread == kUpsampleThreads - 2) {
    tile.n = line / work.rows.count();
    tile.row_chunk = row_chunk;
    tile.first_chunk = first;
    tile.chunks = chunks;
    tile.cell = work.rows.cell(row_chunk);
    tile.top = work.rows.begin(row_chunk);
  }
  __syncthreads();
  if (thread < tile.height()) {
    tile.lower_weights[thread] =
        work.rows.axis.source(tile.top + thread) - static_cast<Compute<T>>(tile.cell);
  }
  __syncthreads();
}

/// exp(x), as exactly as results of T need it.
template <typename T>
__device__ __forceinline__ Compute<T> power_of(Compute<T> x) {
  if constexpr (sizeof(T) == 2) return fast_exp_of(x);
  return exp_of(x);
}

/// Pixels of one column and cell: their weights, and their softmax, by two readings of the classes.
template <typename T>
struct PixelRun {
  using A = Compute<T>;
  Corners<T> corners;
  A upper[kRunRows], lower[kRunRows];
  A shift[kRunRows];
  PowerSum<A> sum[kRunRows];
  A below[kRunRows], weights;  // with label smoothing, sums of w[c] (shift - logit) and of w[c]

  __device__ __forceinline__ A logit(int r, A top, A bottom) const {
    return upper[r] * top + lower[r] * bottom;
  }

  __device__ void read(const UpsampleWork<T>& work) {
    A top, bottom;
    weights = 0;
#pragma unroll
    for (int r = 0; r < kRunRows; ++r) {
      shift[r] = -kInfinity<A>;
      sum[r] = {};
      below[r] = 0;
    }
    for (int c = 0; c < work.classes; ++c) {
      corners.blend(c * work.logits.c, top, bottom);
#pragma unroll
      for (int r = 0; r < kRunRows; ++r) shift[r] = max_of(shift[r], logit(r, top, bottom));
    }
#pragma unroll
    for (int r = 0; r < kRunRows; ++r) shift[r] = shift_for(shift[r]);
    for (int c = 0; c < work.classes; ++c) {
      corners.blend(c * work.logits.c, top, bottom);
#pragma unroll
      for (int r = 0; r < kRunRows; ++r) {
        sum[r].add(power_of<T>(logit(r, top, bottom) - shift[r]));
      }
      if (!(work.targets.share > 0)) continue;
      const A weight = work.targets.weight_of(c);
      weights += weight;
#pragma unroll
      for (int r = 0; r < kRunRows; ++r) below[r] += weight * (shift[r] - logit(r, top, bottom));
    }
  }
};

/// out: [tile.height()][tile.width()]. total: this thread's.
template <typename T>
__device__ void visit_pixels(const UpsampleWork<T>& work, const Tile<Compute<T>>& tile,
                             const PixelTile<Compute<T>>& out, Total& total) {
  using A = Compute<T>;
  const int width = tile.width(), height = tile.height();
  const int items = width * ((height + kRunRows - 1) / kRunRows);
  for (int item = threadIdx.x; item < items; item += kUpsampleThreads) {
    const int x = item % width, y = item / width * kRunRows;
    PixelRun<T> run;
    run.corners = corners_at(work.logits, work.rows.axis, work.columns.axis, tile.n, tile.cell,
                             tile.left() + x);
#pragma unroll
    for (int r = 0; r < kRunRows; ++r) {
      run.lower[r] = tile.lower_weights[min(y + r, height - 1)];
      run.upper[r] = A(1) - run.lower[r];
    }
    run.read(work);
#pragma unroll
    for (int r = 0; r < kRunRows; ++r) {
      if (y + r >= height) continue;
      const std::int64_t line = tile.n * work.rows.axis.out + tile.top + y + r;
      const std::int64_t id = line * work.columns.axis.out + tile.left() + x;
      TargetCost<A> cost(work.targets, work.targets.given(id), id, true);
      cost.smooth(work.targets, run.weights);
      const Normalizer<A> normalizer(run.shift[r], run.sum[r].partial());
      A own = -kInfinity<A>;
      if (cost.target >= 0) {
        A top, bottom;
        run.corners.blend(cost.target * work.logits.c, top, bottom);
        own = run.logit(r, top, bottom);
      }
      const A loss = cost.loss(work.targets, normalizer, own, run.weights, run.below[r]);
      if (work.losses != nullptr) work.losses[id] = loss;
      cost.count(work.targets, loss, work.totals.weighs, total);
      if (out.pixels == nullptr) continue;
      cost.power = power_of<T>(own - run.shift[r]);
      const RowGradient<A> row(work.targets, cost, normalizer);
      const int at = (y + r) * width + x;
      out.pixels[at] = {run.shift[r], row.gain, row.own, static_cast<int>(row.target)};
      if (work.targets.share > 0) out.shares[at] = row.share;
    }
  }
}

}  // namespace carica::ops::cuda
