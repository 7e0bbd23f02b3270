#include "ops/cuda/softmax_launch.cuh"
#include "ops/cuda/softmax_layouts.h"

namespace carica::ops::cuda {

void softmax_backward_columns(const at::Tensor& dy, const at::Tensor& y, const at::Tensor& dx,
                              const DimLayout& layout, bool log) {
  with_type(dy.scalar_type(), [&](auto type) {
    using T = decltype(type);
    launch_softmax_backward_columns<T, T>(dy, y, dx, layout, log);
  });
}

}  // namespace carica::ops::cuda
