#include <type_traits>

#include "ops/cuda/interpolation.cuh"
#include "ops/cuda/launch.cuh"
#include "ops/cuda/upsample_gather.h"

namespace carica::ops::cuda {

namespace {

constexpr int kSide = 32, kRows = 8;

// A block takes 32 logits along x of 32 classes. Sums lie by class, gradients by class or by x:
// they turn in shared memory.
template <typename T>
__global__ void __launch_bounds__(kSide* kRows)
    gather_kernel(const CornerSums<Compute<T>> from, const Picture<T> gradient, int classes,
                  int height, int width, bool by_class, std::int64_t blocks) {
  using A = Compute<T>;
  __shared__ A tile[kSide][kSide + 1];  // [x][c]
  const int lane = threadIdx.x % kSide, row = threadIdx.x / kSide;
  const int class_blocks = (classes + kSide - 1) / kSide, x_blocks = (width + kSide - 1) / kSide;
  for (std::int64_t block = blockIdx.x; block < blocks; block += gridDim.x) {
    const int first_class = static_cast<int>(block % class_blocks) * kSide;
    const int first_x = static_cast<int>(block / class_blocks % x_blocks) * kSide;
    const std::int64_t line = block / class_blocks / x_blocks, n = line / height;
    const int y = static_cast<int>(line % height);
    const int c = first_class + lane;
    for (int i = row; i < kSide; i += kRows) {
      const int x = first_x + i;
      if (x >= width || c >= classes) continue;
      A sum = 0;
      for (int corner = 0; corner < 4; ++corner) {
        const int cell_y = y - corner / 2, cell_x = x - corner % 2;
        if (cell_y < 0 || cell_x < 0) continue;
        const A* sums = from.sums + corner * from.stride;
        for (int part_y = 0; part_y < from.per_cell_y; ++part_y) {
          const std::int64_t chunk_y = (n * height + cell_y) * from.per_cell_y + part_y;
          for (int part_x = 0; part_x < from.per_cell_x; ++part_x) {
            const std::int64_t chunk = (chunk_y * width + cell_x) * from.per_cell_x + part_x;
            sum += sums[chunk * classes + c];
          }
        }
      }
      tile[i][lane] = sum;
    }
    __syncthreads();
    for (int i = row; i < kSide; i += kRows) {
      const int of_x = by_class ? i : lane, of_class = by_class ? lane : i;
      const int x = first_x + of_x, to_class = first_class + of_class;
      if (x >= width || to_class >= classes) continue;
      gradient.data[n * gradient.n + to_class * gradient.c + y * gradient.y + x * gradient.x] =
          static_cast<T>(tile[of_x][of_class]);
    }
    __syncthreads();  // the tile has been read
  }
}

template <typename A>
void gather(const CornerSums<A>& from, const at::Tensor& gradient, cudaStream_t stream) {
  const std::int64_t classes = gradient.size(1), height = gradient.size(2),
                     width = gradient.size(3);
  const std::int64_t blocks =
      gradient.size(0) * height * ceil_div(width, kSide) * ceil_div(classes, kSide);
  with_type(gradient.scalar_type(), [&](auto type) {
    using T = decltype(type);
    if constexpr (std::is_same_v<Compute<T>, A>) {
      gather_kernel<T><<<blocks_for(blocks), kSide * kRows, 0, stream>>>(
          from, view_picture(gradient, gradient.mutable_data_ptr<T>()), static_cast<int>(classes),
          static_cast<int>(height), static_cast<int>(width), gradient.stride(1) == 1, blocks);
      C10_CUDA_KERNEL_LAUNCH_CHECK();
    }
  });
}

}  // namespace

void gather_corners(const CornerSums<float>& from, const at::Tensor& gradient,
                    cudaStream_t stream) {
  gather(from, gradient, stream);
}

void gather_corners(const CornerSums<double>& from, const at::Tensor& gradient,
                    cudaStream_t stream) {
  gather(from, gradient, stream);
}

}  // namespace carica::ops::cuda
