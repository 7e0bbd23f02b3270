// Softmax and its gradient for each layout, with types: what the sources of softmax_layouts.h
// choose from.
#pragma once

#include "ops/cuda/softmax_passes.cuh"
#include "ops/cuda/strip_launch.cuh"

namespace carica::ops::cuda {

template <typename T, typename Out>
void launch_softmax_rows(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout,
                         bool log) {
  const DeviceScope scope(x);
  const T* from = x.const_data_ptr<T>();
  Out* to = y.mutable_data_ptr<Out>();
  const bool vectors = x.numel() % kVector<T> == 0 && allows_vectors(from) && allows_vectors(to);
  const auto op = [&](unsigned) { return SoftmaxOp<T, Out>{from, to, log}; };
  if (vectors && launch_packed_rows<T>(layout, scope, op)) return;
  if (launch_rows<T, 1>(layout, vectors, scope, op)) return;
  const auto pass = [&](unsigned) { return SoftmaxPass<T, Out>{{from}, to, log}; };
  if (vectors && layout.size % kVector<T> == 0) {
    return launch_long_strips<kVector<T>>(layout, scope, pass);
  }
  launch_long_strips<1>(layout, scope, pass);
}

template <typename T, typename Out>
void launch_softmax_columns(const at::Tensor& x, const at::Tensor& y, const DimLayout& layout,
                            bool log) {
  const DeviceScope scope(x);
  const T* from = x.const_data_ptr<T>();
  Out* to = y.mutable_data_ptr<Out>();
  const auto op = [&](unsigned) { return SoftmaxOp<T, Out>{from, to, log}; };
  const bool pairs = allows_pairs<T>(from) && allows_pairs<Out>(to);
  if (launch_columns<T, 1>(layout, pairs, scope, op)) return;
  const auto pass = [&](unsigned) { return SoftmaxPass<T, Out>{{from}, to, log}; };
  launch_long_strips<1>(layout, scope, pass);
}

template <typename T, typename Out>
void launch_softmax_backward_rows(const at::Tensor& dy, const at::Tensor& y, const at::Tensor& dx,
                                  const DimLayout& layout, bool log) {
  const DeviceScope scope(dy);
  const T* gradient = dy.const_data_ptr<T>();
  const T* result = y.const_data_ptr<T>();
  Out* to = dx.mutable_data_ptr<Out>();
  const bool vectors = dy.numel() % kVector<T> == 0 && allows_vectors(gradient) &&
                       allows_vectors(result) && allows_vectors(to);
  const auto op = [&](unsigned) { return SoftmaxBackwardOp<T, Out>{gradient, result, to, log}; };
  if (vectors && launch_packed_rows<T>(layout, scope, op)) return;
  if (launch_rows<T, 2>(layout, vectors, scope, op)) return;
  const auto pass = [&](unsigned) {
    return SoftmaxBackwardPass<T, Out>{{gradient, result}, to, log};
  };
  if (vectors && layout.size % kVector<T> == 0) {
    return launch_long_strips<kVector<T>>(layout, scope, pass);
  }
  launch_long_strips<1>(layout, scope, pass);
}

template <typename T, typename Out>
void launch_softmax_backward_columns(const at::Tensor& dy, const at::Tensor& y,
                                     const at::Tensor& dx, const DimLayout& layout, bool log) {
  const DeviceScope scope(dy);
  const T* gradient = dy.const_data_ptr<T>();
  const T* result = y.const_data_ptr<T>();
  Out* to = dx.mutable_data_ptr<Out>();
  const auto op = [&](unsigned) { return SoftmaxBackwardOp<T, Out>{gradient, result, to, log}; };
  const bool pairs = allows_pairs<T>(gradient) && allows_pairs<T>(result) && allows_pairs<Out>(to);
  if (launch_columns<T, 2>(layout, pairs, scope, op)) return;
  const auto pass = [&](unsigned) {
    return SoftmaxBackwardPass<T, Out>{{gradient, result}, to, log};
  };
  launch_long_strips<1>(layout, scope, pass);
}

}  // namespace carica::ops::cuda
