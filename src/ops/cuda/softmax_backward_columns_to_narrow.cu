#include "ops/cuda/softmax_launch.cuh"
#include "ops/cuda/softmax_layouts.h"

namespace carica::ops::cuda {

void softmax_backward_columns_to_narrow(const at::Tensor& dy, const at::Tensor& y,
                                        const at::Tensor& dx, const DimLayout& layout, bool log) {
  if (dx.scalar_type() == at::kHalf) {
    launch_softmax_backward_columns<float, at::Half>(dy, y, dx, layout, log);
  } else {
    launch_softmax_backward_columns<float, at::BFloat16>(dy, y, dx, layout, log);
  }
}

}  // namespace carica::ops::cuda
