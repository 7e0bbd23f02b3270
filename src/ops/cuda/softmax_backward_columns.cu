#include "ops/cuda/softmax_layouts.h"
#include "ops/cuda/softmax_passes.cuh"
#include "ops/cuda/strip_launch.cuh"

namespace carica::ops::cuda {

void softmax_backward_columns(const at::Tensor& dy, const at::Tensor& y, const at::Tensor& dx,
                              const DimLayout& layout, bool log) {
  const DeviceScope scope(dy);
  with_type(dy.scalar_type(), [&](auto type) {
    using T = decltype(type);
    const T* gradient = dy.const_data_ptr<T>();
    const T* result = y.const_data_ptr<T>();
    T* to = dx.mutable_data_ptr<T>();
    const auto op = [&](unsigned) { return SoftmaxBackwardOp<T>{gradient, result, to, log}; };
    const bool pairs = allows_pairs<T>(gradient) && allows_pairs<T>(result) && allows_pairs<T>(to);
    if (launch_columns<T, 2>(layout, pairs, scope, op)) return;
    const auto pass = [&](unsigned) { return SoftmaxBackwardPass<T>{{gradient, result}, to, log}; };
    launch_long_strips<1>(layout, scope, pass);
  });
}

}  // namespace carica::ops::cuda
