#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/decoder.h"
#include "models/encoder_decoder.h"
#include "models/layers.h"

namespace carica::models {

/// Pyramid pooling (Zhao et al. 2017): the deepest map beside four averages of it over 1x1, 2x2,
/// 3x3 and 6x6 cells, each through a 1x1 convolution and brought back to its size, then a 1x1
/// convolution to 512 channels. Names as in segmentation_models.pytorch: psp.blocks.N.pool.1.0
/// (convolution; with a bias, and no norm, for the one cell), psp.blocks.N.pool.1.1 (norm),
/// conv.{0,1}.
class PspDecoder : public Decoder {
 public:
  /// encoder: channels of the pyramid, finest first.
  explicit PspDecoder(const std::vector<std::int64_t>& encoder);
  torch::Tensor forward(const std::vector<torch::Tensor>& maps) override;
  std::int64_t channels() const override { return 512; }

 private:
  std::vector<torch::nn::Sequential> pooled_;
  torch::nn::Sequential conv_;
  torch::nn::Dropout2d dropout_;
};

/// `PSPNet` of segmentation_models.pytorch; its encoder has depth 3.
std::shared_ptr<Network> make_pspnet(EncoderDecoderOptions options);

}  // namespace carica::models
