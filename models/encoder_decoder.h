#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/encoder.h"
#include "models/input_rule.h"
#include "models/network.h"
#include "models/resnet_trunk.h"
#include "models/unet_decoder.h"

namespace carica::models {

struct UNetOptions {
  std::shared_ptr<Encoder> encoder;
  std::int64_t outputs = 1;
  std::int64_t in_channels = 3;       // what `encoder` takes
  std::vector<std::int64_t> decoder;  // channels of the decoder's blocks, the deepest first
  bool reduce = false;                // a 1x1 convolution before each upsampling, see DecoderBlock
  std::int64_t head_kernel = 3;
};

/// An encoder-decoder with skip connections (Ronneberger et al. 2015). Names: encoder.*,
/// decoder.blocks.N.*, segmentation_head.0.*. Pictures of any size: they are padded below and to
/// the right to a multiple of the encoder's stride by repeating their last row and column, and the
/// logits are cropped back. features(): the deepest map, of the padded pictures.
class UNet : public Network {
 public:
  explicit UNet(const UNetOptions& options);

  /// logits: float[N,outputs,H,W], the pictures' own size.
  Output forward(const torch::Tensor& pictures) override;
  torch::Tensor features(const torch::Tensor& pictures) override;
  std::string head() const override { return "segmentation_head."; }

 private:
  std::vector<torch::Tensor> pyramid(const torch::Tensor& pictures);

  InputRule rule_;
  std::shared_ptr<Encoder> encoder_;
  UNetDecoder decoder_;
  torch::nn::Sequential head_;
};

/// `Unet` of segmentation_models.pytorch with a residual encoder, decoder channels 256, 128, 64,
/// 32, 16: its names, its function (pictures whose sides are multiples of 32; others it resizes
/// maps for, where we pad), its initialisation.
std::shared_ptr<UNet> make_resnet_unet(const ResNetShape& shape, std::int64_t in_channels,
                                       std::int64_t outputs);

/// The classic U-Net: DoubleConv levels of `widths` channels, finest first, and back up through the
/// same widths with a 1x1 convolution before each nearest upsampling, 1x1 head. Names:
/// encoder.levels.N.{conv1,conv2}.{0,1}.*, decoder.blocks.N.reduce.weight,
/// decoder.blocks.N.{conv1,conv2}.{0,1}.*, segmentation_head.0.*.
std::shared_ptr<UNet> make_plain_unet(const std::vector<std::int64_t>& widths,
                                      std::int64_t in_channels, std::int64_t outputs);

}  // namespace carica::models
