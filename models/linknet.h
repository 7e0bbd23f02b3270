#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/decoder.h"
#include "models/encoder_decoder.h"
#include "models/layers.h"

namespace carica::models {

/// Doubles the resolution in a bottleneck: 1x1 convolution to a quarter of the channels, 4x4
/// transposed convolution with stride 2, 1x1 convolution; norm and ReLU after each.
/// float[N,in,h,w] -> float[N,out,2h,2w]. Names as in segmentation_models.pytorch: block.0.{0,1},
/// block.1.{0,1}, block.2.{0,1}.
class LinkNetBlockImpl : public torch::nn::Module {
 public:
  LinkNetBlockImpl(std::int64_t in, std::int64_t out);
  torch::Tensor forward(torch::Tensor x);

 private:
  torch::nn::Sequential squeeze_, up_, expand_;
};
TORCH_MODULE(LinkNetBlock);

/// Adds the encoder's maps on the way up (Chaurasia & Culurciello 2017). Names: blocks.N.*, block 0
/// beside the deepest map.
class LinkNetDecoder : public Decoder {
 public:
  /// encoder: channels of the pyramid, finest first.
  explicit LinkNetDecoder(const std::vector<std::int64_t>& encoder);
  torch::Tensor forward(const std::vector<torch::Tensor>& maps) override;
  std::int64_t channels() const override { return 32; }

 private:
  torch::nn::ModuleList blocks_;
};

/// `Linknet` of segmentation_models.pytorch.
std::shared_ptr<Network> make_linknet(EncoderDecoderOptions options);

}  // namespace carica::models
