#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/decoder.h"
#include "models/encoder_decoder.h"
#include "models/unet_decoder.h"

namespace carica::models {

/// A U-Net whose skip connections are nested blocks of their own (Zhou et al. 2018). Names as in
/// segmentation_models.pytorch: blocks.x_R_C.{conv1,conv2}.{0,1}.*; in the diagonal x_C_C block C
/// joins the encoder's maps C and C + 1, counted from the deepest; each step off the diagonal takes
/// all blocks of its column before it.
class UNetPlusPlusDecoder : public Decoder {
 public:
  /// encoder: channels of six maps, finest first; widths: of the blocks x_0_C. The center, where
  /// there is one, is for its names only: the reference does not use it, so it is not trained.
  UNetPlusPlusDecoder(const std::vector<std::int64_t>& encoder, const DecoderShape& shape);
  torch::Tensor forward(const std::vector<torch::Tensor>& maps) override;
  std::int64_t channels() const override { return channels_; }

 private:
  static constexpr std::size_t kColumns = 4;

  std::int64_t channels_;
  std::array<std::array<DecoderBlock, kColumns>, kColumns> nodes_;  // [row][column], row <= column
  DecoderBlock last_;
};

/// `UnetPlusPlus` of segmentation_models.pytorch.
std::shared_ptr<Network> make_unetplusplus(EncoderDecoderOptions options,
                                           const DecoderShape& shape);

}  // namespace carica::models
