#include "ops/cuda/softmax_layouts.h"
#include "ops/kernels.h"

namespace carica::ops::cuda {

void softmax(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log) {
  if (x.numel() == 0) return;
  const bool rows = layout.inner == 1;
  if (y.scalar_type() == x.scalar_type()) {
    (rows ? softmax_rows : softmax_columns)(x, y, layout, log);
  } else {
    (rows ? softmax_rows_to_float : softmax_columns_to_float)(x, y, layout, log);
  }
}

void softmax_backward(const at::Tensor& dy, const at::Tensor& y, const at::Tensor& dx,
                      const DimLayout& layout, bool log) {
  if (dy.numel() == 0) return;
  const bool rows = layout.inner == 1;
  if (dx.scalar_type() == y.scalar_type()) {
    (rows ? softmax_backward_rows : softmax_backward_columns)(dy, y, dx, layout, log);
  } else {
    (rows ? softmax_backward_rows_to_narrow : softmax_backward_columns_to_narrow)(dy, y, dx, layout,
                                                                                  log);
  }
}

}  // namespace carica::ops::cuda
