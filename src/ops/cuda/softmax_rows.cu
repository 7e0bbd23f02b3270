#include "ops/cuda/softmax_layouts.h"
#include "ops/cuda/softmax_passes.cuh"
#include "ops/cuda/strip_launch.cuh"

namespace carica::ops::cuda {

void softmax_rows(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout, bool log) {
  const DeviceScope scope(x);
  with_type(x.scalar_type(), [&](auto type) {
    using T = decltype(type);
    const T* from = x.const_data_ptr<T>();
    T* to = y.mutable_data_ptr<T>();
    const bool vectors = x.numel() % kVector<T> == 0 && allows_vectors(from) && allows_vectors(to);
    const auto op = [&](unsigned) { return SoftmaxOp<T>{from, to, log}; };
    if (vectors && launch_packed_rows<T>(layout, scope, op)) return;
    if (launch_rows<T, 1>(layout, vectors, scope, op)) return;
    const auto pass = [&](unsigned) { return SoftmaxPass<T>{{from}, to, log}; };
    if (vectors && layout.size % kVector<T> == 0) {
      return launch_long_strips<kVector<T>>(layout, scope, pass);
    }
    launch_long_strips<1>(layout, scope, pass);
  });
}

}  // namespace carica::ops::cuda
