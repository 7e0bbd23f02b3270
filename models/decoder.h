#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <vector>

namespace carica::models {

/// The half of a segmenter that turns an encoder's pyramid into one map.
class Decoder : public torch::nn::Module {
 public:
  /// maps: what Encoder::pyramid gives. Returns float[N,channels(),h,w].
  virtual torch::Tensor forward(const std::vector<torch::Tensor>& maps) = 0;
  /// Of the map that it gives.
  virtual std::int64_t channels() const = 0;
};

}  // namespace carica::models
