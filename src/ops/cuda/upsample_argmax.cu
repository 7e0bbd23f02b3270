#include "ops/cuda/interpolation.cuh"
#include "ops/cuda/launch.cuh"
#include "ops/kernels.h"

namespace carica::ops::cuda {

namespace {

constexpr int kThreads = 128;
constexpr int kRows = 4;  // output rows of a thread, all between the same two of the source
constexpr int kLongestChunk = 32;  // output rows of a block

// A block takes kThreads output columns of one chunk of rows: a thread blends the neighbours of a
// class from left to right once, for all of its rows.
template <typename T>
__global__ void __launch_bounds__(kThreads)
    argmax_kernel(const Picture<const T> logits, int classes, const Chunks<Compute<T>> rows,
                  const Axis<Compute<T>> columns, int column_blocks, std::int64_t blocks,
                  std::uint8_t* __restrict__ labels) {
  using A = Compute<T>;
  for (std::int64_t block = blockIdx.x; block < blocks; block += gridDim.x) {
    const int x = static_cast<int>(block % column_blocks) * kThreads + threadIdx.x;
    const std::int64_t line = block / column_blocks, chunk = line % rows.count();
    const std::int64_t n = line / rows.count();
    const int cell = rows.cell(chunk), begin = rows.begin(chunk), end = rows.begin(chunk + 1);
    if (x >= columns.out || begin == end) continue;
    const auto corners = corners_at(logits, rows.axis, columns, n, cell, x);
    for (int y = begin; y < end; y += kRows) {
      A upper[kRows], lower[kRows], best[kRows];
      int label[kRows];
      row_weights(rows.axis, cell, y, end, upper, lower);
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        best[r] = -kInfinity<A>;
        label[r] = 0;
      }
      for (int c = 0; c < classes; ++c) {
        A top, bottom;
        corners.blend(c * logits.c, top, bottom);
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
          const A value = upper[r] * top + lower[r] * bottom;
          // NaN is larger than all, and the first of them stays.
          const bool larger = !(value <= best[r]) && best[r] == best[r];
          best[r] = larger ? value : best[r];
          label[r] = larger ? c : label[r];
        }
      }
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        if (y + r < end) {
          labels[(n * rows.axis.out + y + r) * columns.out + x] =
              static_cast<std::uint8_t>(label[r]);
        }
      }
    }
  }
}

}  // namespace

void upsample_argmax(const at::Tensor& logits, const Resampling& resampling,
                     const at::Tensor& labels) {
  if (labels.numel() == 0) return;
  const DeviceScope scope(logits);
  with_type(logits.scalar_type(), [&](auto type) {
    using T = decltype(type);
    using A = Compute<T>;
    const Axis<A> vertical(resampling.in_height, resampling.out_height, resampling.align_corners);
    const Axis<A> columns(resampling.in_width, resampling.out_width, resampling.align_corners);
    const Chunks<A> rows(vertical, kLongestChunk);
    const std::int64_t column_blocks = ceil_div(resampling.out_width, kThreads);
    const std::int64_t blocks = logits.size(0) * rows.count() * column_blocks;
    argmax_kernel<T><<<blocks_for(blocks), kThreads, 0, scope.stream>>>(
        view_picture<const T>(logits, logits.const_data_ptr<T>()), static_cast<int>(logits.size(1)),
        rows, columns, static_cast<int>(column_blocks), blocks,
        labels.mutable_data_ptr<std::uint8_t>());
    C10_CUDA_KERNEL_LAUNCH_CHECK();
  });
}

}  // namespace carica::ops::cuda
