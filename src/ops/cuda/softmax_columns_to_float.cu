#include "ops/cuda/softmax_launch.cuh"
#include "ops/cuda/softmax_layouts.h"

namespace carica::ops::cuda {

void softmax_columns_to_float(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout,
                              bool log) {
  if (x.scalar_type() == at::kHalf) {
    launch_softmax_columns<at::Half, float>(x, y, layout, log);
  } else {
    launch_softmax_columns<at::BFloat16, float>(x, y, layout, log);
  }
}

}  // namespace carica::ops::cuda
