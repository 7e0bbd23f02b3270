#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/decoder.h"
#include "models/encoder_decoder.h"
#include "models/layers.h"

namespace carica::models {

/// A feature pyramid (Lin et al. 2017; as a segmenter Kirillov et al. 2019): every map of the
/// encoder from 1/4 to 1/32 gets 256 channels and what comes from below, goes up to 1/4 in steps of
/// convolution, group norm and ReLU, and the sum of the four is the decoder's map. Names as in
/// segmentation_models.pytorch: p5, pN.skip_conv, seg_blocks.N.block.M.block.{0,1}.
class FpnDecoder : public Decoder {
 public:
  /// encoder: channels of the pyramid, finest first; at least four maps below the pictures.
  explicit FpnDecoder(const std::vector<std::int64_t>& encoder);
  torch::Tensor forward(const std::vector<torch::Tensor>& maps) override;
  std::int64_t channels() const override { return 128; }

 private:
  static constexpr std::size_t kMaps = 4;

  std::array<torch::nn::Conv2d, kMaps> lateral_;                 // the deepest first
  std::array<std::vector<torch::nn::Sequential>, kMaps> climb_;  // convolutions up to 1/4
  torch::nn::Dropout2d dropout_;
};

/// `FPN` of segmentation_models.pytorch.
std::shared_ptr<Network> make_fpn(EncoderDecoderOptions options);

}  // namespace carica::models
