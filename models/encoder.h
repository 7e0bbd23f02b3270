#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace carica::models {

struct EncoderOptions {
  std::int64_t in_channels = 3;
  std::int64_t depth = 5;                // maps below the pictures' own resolution, 3 to 5
  std::int64_t output_stride = 32;       // of the deepest map of five; 8 and 16: dilated
  std::optional<double> drop_path = {};  // efficientnet-b0: stochastic depth; unset: 0.2
};

/// The contracting half of a segmenter: a pyramid of feature maps.
class Encoder : public torch::nn::Module {
 public:
  /// pictures: float[N,C,H,W], H and W multiples of stride(). Map k is
  /// float[N,channels()[k],H/2^k,W/2^k]; no smaller than the output stride says in a dilated one.
  virtual std::vector<torch::Tensor> pyramid(const torch::Tensor& pictures) = 0;
  /// Channels of the maps that the decoder gets, finest first; 0 where a level offers it nothing.
  virtual std::vector<std::int64_t> channels() const = 0;
  /// Pixels of the picture per pixel of the deepest map: 2^(levels - 1).
  std::int64_t stride() const { return std::int64_t{1} << (channels().size() - 1); }
};

}  // namespace carica::models
