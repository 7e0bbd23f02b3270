#include "ops/cuda/softmax_layouts.h"
#include "ops/cuda/softmax_passes.cuh"
#include "ops/cuda/strip_launch.cuh"

namespace carica::ops::cuda {

void softmax_columns(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log) {
  const DeviceScope scope(x);
  with_type(x.scalar_type(), [&](auto type) {
    using T = decltype(type);
    const T* from = x.const_data_ptr<T>();
    T* to = y.mutable_data_ptr<T>();
    const auto op = [&](unsigned) { return SoftmaxOp<T>{from, to, log}; };
    const bool pairs = allows_pairs<T>(from) && allows_pairs<T>(to);
    if (launch_columns<T, 1>(layout, pairs, scope, op)) return;
    const auto pass = [&](unsigned) { return SoftmaxPass<T>{{from}, to, log}; };
    launch_long_strips<1>(layout, scope, pass);
  });
}

}  // namespace carica::ops::cuda
