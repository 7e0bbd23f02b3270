#include "ops/cuda/softmax_layouts.h"
#include "ops/cuda/softmax_passes.cuh"
#include "ops/cuda/strip_launch.cuh"

namespace carica::ops::cuda {

void softmax_backward_rows(const at::Tensor& dy, const at::Tensor& y, const at::Tensor& dx,
                           const DimLayout& layout, bool log) {
  const DeviceScope scope(dy);
  with_type(dy.scalar_type(), [&](auto type) {
    using T = decltype(type);
    const T* gradient = dy.const_data_ptr<T>();
    const T* result = y.const_data_ptr<T>();
    T* to = dx.mutable_data_ptr<T>();
    const bool vectors = dy.numel() % kVector<T> == 0 && allows_vectors(gradient) &&
                         allows_vectors(result) && allows_vectors(to);
    const auto op = [&](unsigned) { return SoftmaxBackwardOp<T>{gradient, result, to, log}; };
    if (vectors && launch_packed_rows<T>(layout, scope, op)) return;
    if (launch_rows<T, 2>(layout, vectors, scope, op)) return;
    const auto pass = [&](unsigned) { return SoftmaxBackwardPass<T>{{gradient, result}, to, log}; };
    if (vectors && layout.size % kVector<T> == 0) {
      return launch_long_strips<kVector<T>>(layout, scope, pass);
    }
    launch_long_strips<1>(layout, scope, pass);
  });
}

}  // namespace carica::ops::cuda
