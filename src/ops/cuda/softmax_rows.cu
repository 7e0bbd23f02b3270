#include "ops/cuda/softmax_launch.cuh"
#include "ops/cuda/softmax_layouts.h"

namespace carica::ops::cuda {

void softmax_rows(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log) {
  with_type(x.scalar_type(), [&](auto type) {
    using T = decltype(type);
    launch_softmax_rows<T, T>(x, y, layout, log);
  });
}

}  // namespace carica::ops::cuda
