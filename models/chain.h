#pragma once

#include "models/layers.h"

namespace carica::models {

/// torch's Sequential for layers that take and give one tensor. Unlike that one it can be a layer
/// of another.
class ChainImpl : public torch::nn::SequentialImpl {
 public:
  using SequentialImpl::SequentialImpl;
  torch::Tensor forward(const torch::Tensor& x) { return SequentialImpl::forward(x); }
};
TORCH_MODULE(Chain);

}  // namespace carica::models
