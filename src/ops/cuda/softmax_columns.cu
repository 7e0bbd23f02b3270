#include "ops/cuda/softmax_launch.cuh"
#include "ops/cuda/softmax_layouts.h"

namespace carica::ops::cuda {

void softmax_columns(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log) {
  with_type(x.scalar_type(), [&](auto type) {
    using T = decltype(type);
    launch_softmax_columns<T, T>(x, y, layout, log);
  });
}

}  // namespace carica::ops::cuda
