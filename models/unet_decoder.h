#pragma once

#include <cstdint>
#include <vector>

#include "models/blocks.h"
#include "models/decoder.h"
#include "models/layers.h"

namespace carica::models {

struct DecoderBlockOptions {
  std::int64_t in = 0;  // channels from below
  std::int64_t skip =
      0;  // channels of the encoder's map at the block's output resolution; 0: none is used
  std::int64_t out = 0;
  bool reduce = false;  // a 1x1 convolution takes `in` to `out` channels before the upsampling
};

/// Doubles the resolution: nearest upsampling, concatenation with the skip map, 3x3 convolution,
/// batch norm, ReLU, twice. Names: conv1.0, conv1.1, conv2.0, conv2.1 as in
/// segmentation_models.pytorch, and `reduce` where there is one.
class DecoderBlockImpl : public DoubleConvImpl {
 public:
  explicit DecoderBlockImpl(const DecoderBlockOptions& options);
  /// x: float[N,in,h,w]; skip: float[N,skip,2h,2w], not looked at when the block uses none.
  /// Returns float[N,out,2h,2w].
  torch::Tensor forward(torch::Tensor x, const torch::Tensor& skip);

 private:
  bool uses_skip_;
  torch::nn::Conv2d reduce_;  // empty without `reduce`
};
TORCH_MODULE(DecoderBlock);

/// What the config and the encoder say of a decoder of segmentation_models.pytorch.
struct DecoderShape {
  std::vector<std::int64_t> widths;  // channels of its blocks, the deepest first
  bool center = false;               // see make_center
};

/// What segmentation_models.pytorch puts below a VGG encoder: two 3x3 convolutions with norms, each
/// to be followed by ReLU.
std::vector<torch::nn::Sequential> make_center(std::int64_t channels);

struct UNetDecoderOptions {
  std::vector<std::int64_t>
      encoder;  // channels of the pyramid, finest first, as Encoder::channels()
  std::vector<std::int64_t>
      out;              // channels of the blocks, the deepest first; one fewer than `encoder`
  bool reduce = false;  // in every block
  bool center = false;  // a DoubleConv of the deepest map first, named center.{0,1}.{0,1}
};

/// From a pyramid to one map at its finest resolution. Names: blocks.N.*, block 0 beside the
/// deepest map.
class UNetDecoder : public Decoder {
 public:
  explicit UNetDecoder(const UNetDecoderOptions& options);
  /// maps: finest first, each half as high and wide as the one before. Returns
  /// float[N,out.back(),H,W].
  torch::Tensor forward(const std::vector<torch::Tensor>& maps) override;
  std::int64_t channels() const override { return channels_; }

 private:
  std::int64_t channels_;
  std::vector<torch::nn::Sequential> center_;  // two, or none
  torch::nn::ModuleList blocks_;
};

}  // namespace carica::models
