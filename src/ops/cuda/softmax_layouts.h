// softmax() and softmax_backward() of kernels.h by layout and types: a source each, since nvcc
// takes its time.
#pragma once

#include "ops/kernels.h"

namespace carica::ops::cuda {

void softmax_rows(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log);
void softmax_columns(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log);
void softmax_backward_rows(const at::Tensor& dy, const at::Tensor& y, const at::Tensor& dx,
                           const DimLayout& layout, bool log);
void softmax_backward_columns(const at::Tensor& dy, const at::Tensor& y, const at::Tensor& dx,
                              const DimLayout& layout, bool log);

// y of float, x of 16 bits.
void softmax_rows_to_float(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout,
                           bool log);
void softmax_columns_to_float(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout,
                              bool log);
// dx of 16 bits, dy and y of float.
void softmax_backward_rows_to_narrow(const at::Tensor& dy, const at::Tensor& y,
                                     const at::Tensor& dx, const DimLayout& layout, bool log);
void softmax_backward_columns_to_narrow(const at::Tensor& dy, const at::Tensor& y,
                                        const at::Tensor& dx, const DimLayout& layout, bool log);

}  // namespace carica::ops::cuda
