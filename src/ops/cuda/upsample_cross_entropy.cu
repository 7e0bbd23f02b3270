// The gradient of a low-resolution logit is gathered in two steps. A block takes a few chunks of
// output pixels that lie side by side, each between the same four logits: it finds what the softmax
// of each pixel needs (the loss is then known), keeps that in shared memory, and then, a thread for
// each chunk and class, adds up the chunk's gradients by corner. A second kernel adds for each
// logit what the chunks around it have for it.
#include <optional>

#include "ops/cuda/block_sums.cuh"
#include "ops/cuda/interpolation.cuh"
#include "ops/cuda/launch.cuh"
#include "ops/cuda/targets.cuh"
#include "ops/cuda/upsample_gather.h"
#include "ops/cuda/upsample_pixels.cuh"
#include "ops/kernels.h"

namespace carica::ops::cuda {

namespace {

// In the last cell of an axis both corners are the same logit: the first then has all.
template <typename A>
__device__ __forceinline__ void fold_last_cell(bool last_y, bool last_x, A (&sums)[2][2]) {
  for (int i = 0; i < 2; ++i) {
    if (last_y) {
      sums[0][i] += sums[1][i];
      sums[1][i] = 0;
    }
  }
  for (int i = 0; i < 2; ++i) {
    if (last_x) {
      sums[i][0] += sums[i][1];
      sums[i][1] = 0;
    }
  }
}

// The sums over each chunk's pixels, by class, of corner weight * gradient.
template <typename T>
__device__ void sum_corners(const UpsampleWork<T>& work, const Tile<Compute<T>>& tile,
                            const PixelTile<Compute<T>>& of) {
  using A = Compute<T>;
  const Axis<A>&vertical = work.rows.axis, &horizontal = work.columns.axis;
  const int width = tile.width(), height = tile.height();
  for (int pair = threadIdx.x; pair < tile.chunks * work.classes; pair += kUpsampleThreads) {
    // Neighbouring threads: the classes of a chunk, which read the same pixels.
    const int c = pair % work.classes, i = pair / work.classes;
    const std::int64_t chunk = tile.first_chunk + i;
    const int cell = work.columns.cell(chunk), begin = tile.begins[i], end = tile.begins[i + 1];
    const A weight = work.targets.weight_of(c);
    const bool smooth = work.targets.share > 0;
    A sums[2][2] = {};
    if (begin < end && height > 0) {
      const auto corners = corners_at(work.logits, vertical, horizontal, tile.n, tile.cell, begin);
      A at[2][2];
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        at[j / 2][j % 2] = static_cast<A>(corners.values[j / 2][j % 2][c * work.logits.c]);
      }
      for (int x = begin; x < end; ++x) {
        const A right = horizontal.source(x) - static_cast<A>(cell), left = A(1) - right;
        const A top = left * at[0][0] + right * at[0][1];
        const A bottom = left * at[1][0] + right * at[1][1];
        const int first = x - tile.left();
        A upper_sum = 0, lower_sum = 0;
#pragma unroll 4
        for (int y = 0; y < height; ++y) {
          const Pixel<A> pixel = of.pixels[first + y * width];
          const A lower = tile.lower_weights[y], upper = A(1) - lower;
          const A power = power_of<T>(upper * top + lower * bottom - pixel.shift);
          A gradient = power * pixel.gain;
          if (smooth) gradient -= of.shares[first + y * width] * weight;
          if (c == pixel.target) gradient = pixel.own;
          upper_sum += upper * gradient;
          lower_sum += lower * gradient;
        }
        sums[0][0] += left * upper_sum;
        sums[0][1] += right * upper_sum;
        sums[1][0] += left * lower_sum;
        sums[1][1] += right * lower_sum;
      }
    }
    fold_last_cell(tile.cell == vertical.in - 1, cell == horizontal.in - 1, sums);
    const std::int64_t line = tile.n * work.rows.count() + tile.row_chunk;
    A* to = work.corner_sums + (line * work.columns.count() + chunk) * work.classes + c;
#pragma unroll
    for (int j = 0; j < 4; ++j) to[j * work.corner_stride] = sums[j / 2][j % 2];
  }
}

template <typename T>
__global__ void __launch_bounds__(kUpsampleThreads, 32 / sizeof(Compute<T>))
    upsample_kernel(const UpsampleWork<T> work) {
  using A = Compute<T>;
  extern __shared__ __align__(32) unsigned char pixel_bytes[];
  __shared__ Tile<A> tile;
  PixelTile<A> out{};
  if (work.corner_sums != nullptr) {
    out.pixels = reinterpret_cast<Pixel<A>*>(pixel_bytes);
    out.shares = reinterpret_cast<A*>(out.pixels + work.tile_pixels);
  }
  Total total;
  for (std::int64_t block = blockIdx.x; block < work.blocks; block += gridDim.x) {
    find_tile(work, block, tile);
    visit_pixels(work, tile, out, total);
    if (out.pixels == nullptr) continue;
    __syncthreads();
    sum_corners(work, tile, out);
  }
  work.totals.write(total);
}

// Pixels of the largest tile.
template <typename A>
std::int64_t largest_tile(const Chunks<A>& rows, const Chunks<A>& columns, int chunks) {
  std::int64_t width = 0;
  for (std::int64_t first = 0, left = 0; first < columns.count(); first += chunks) {
    const std::int64_t right = columns.begin(std::min(first + chunks, columns.count()));
    width = std::max(width, right - left);
    left = right;
  }
  return width * rows.length;
}

// How many chunks a block takes: so that few threads idle in either step.
template <typename A>
int choose_chunks(const Chunks<A>& rows, const Chunks<A>& columns, std::int64_t classes) {
  constexpr std::int64_t kBytes = 24 * 1024;         // so that a few blocks share a multiprocessor
  const auto places = [](const Chunks<A>& chunks) {  // of a usual chunk
    return ceil_div(chunks.axis.out, chunks.count());
  };
  int best = 1;
  double least = 0;
  for (int chunks = 1; chunks <= std::min<std::int64_t>(kMostChunks, columns.count()); ++chunks) {
    const std::int64_t width = (chunks - 1) * places(columns) + columns.length;
    if (chunks > 1 && width * rows.length * sizeof(Pixel<A>) > kBytes) break;
    // Classes of pixels that the busiest thread visits.
    const std::int64_t runs = chunks * places(columns) * ceil_div(places(rows), kRunRows);
    const std::int64_t first = ceil_div(runs, kUpsampleThreads) * kRunRows * classes;
    const std::int64_t second =
        ceil_div(chunks * classes, kUpsampleThreads) * places(rows) * places(columns);
    const double cost = static_cast<double>(first + second) / chunks;
    if (chunks == 1 || cost <= least) {
      best = chunks;
      least = cost;
    }
  }
  return best;
}

template <typename T>
void launch(const CrossEntropyWork& work, const Resampling& resampling, const DeviceScope& scope,
            BlockTotals& totals) {
  using A = Compute<T>;
  const std::int64_t batch = work.logits.size(0), classes = work.logits.size(1);
  const Axis<A> vertical(resampling.in_height, resampling.out_height, resampling.align_corners);
  const Axis<A> horizontal(resampling.in_width, resampling.out_width, resampling.align_corners);
  UpsampleWork<T> job{view_picture<const T>(work.logits, work.logits.const_data_ptr<T>()),
                      static_cast<int>(classes), view_targets<A>(work.targets, classes, work.scale),
                      Chunks<A>(vertical, kLongestChunk), Chunks<A>(horizontal, kLongestChunk)};
  job.chunks = choose_chunks(job.rows, job.columns, classes);
  job.block_columns = ceil_div(job.columns.count(), job.chunks);
  job.blocks = batch * job.rows.count() * job.block_columns;
  const unsigned blocks = blocks_for(job.blocks);
  job.totals = totals.reserve(blocks);
  if (work.losses.defined()) job.losses = work.losses.mutable_data_ptr<A>();
  std::optional<Scratch<A>> corner_sums;
  std::size_t shared = 0;
  if (work.gradient.defined()) {
    job.corner_stride = batch * job.rows.count() * job.columns.count() * classes;
    job.corner_sums = corner_sums.emplace(4 * job.corner_stride).get();
    job.tile_pixels = largest_tile(job.rows, job.columns, job.chunks);
    shared = sizeof(Pixel<A>) * job.tile_pixels;
    if (job.targets.share > 0) shared += sizeof(A) * job.tile_pixels;
  }
  upsample_kernel<T><<<blocks, kUpsampleThreads, shared, scope.stream>>>(job);
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  if (work.gradient.defined()) {
    const CornerSums<A> from{job.corner_sums, job.corner_stride, job.rows.per_cell,
                             job.columns.per_cell};
    gather_corners(from, work.gradient, scope.stream);
  }
}

}  // namespace

void upsample_cross_entropy(const CrossEntropyWork& work, const Resampling& resampling) {
  const DeviceScope scope(work.logits);
  BlockTotals totals(work.loss, work.mean ? Result::kMean : Result::kSum);
  if (work.targets.values.numel() > 0) {
    with_type(work.logits.scalar_type(),
              [&](auto type) { launch<decltype(type)>(work, resampling, scope, totals); });
  } else if (work.gradient.defined() && work.gradient.numel() > 0) {
    C10_CUDA_CHECK(
        cudaMemsetAsync(work.gradient.mutable_data_ptr(), 0, work.gradient.nbytes(), scope.stream));
  }
  totals.add(scope.stream);
}

}  // namespace carica::ops::cuda
