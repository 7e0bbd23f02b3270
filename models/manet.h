#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/attention.h"
#include "models/blocks.h"
#include "models/decoder.h"
#include "models/encoder_decoder.h"

namespace carica::models {

struct FusionOptions {
  std::int64_t in = 0;    // channels from below
  std::int64_t skip = 0;  // of the encoder's map
  std::int64_t out = 0;
};

/// Doubles the resolution and joins the encoder's map, the channels from below weighted by what
/// both maps say (multi-scale fusion attention, Fan et al. 2020). Names as in
/// segmentation_models.pytorch: hl_conv.{0,1}.{0,1}, SE_ll.{1,3}, SE_hl.{1,3}, conv1.{0,1},
/// conv2.{0,1}.
class FusionBlockImpl : public torch::nn::Module {
 public:
  explicit FusionBlockImpl(const FusionOptions& options);
  /// x: float[N,in,h,w]; skip: float[N,skip,2h,2w]. Returns float[N,out,2h,2w].
  torch::Tensor forward(torch::Tensor x, const torch::Tensor& skip);

 private:
  torch::nn::Sequential mix_, match_;
  ChannelWeights of_skip_, of_below_;
  torch::nn::Sequential conv1_, conv2_;
};
TORCH_MODULE(FusionBlock);

/// A U-Net's way up with attention: between positions in the deepest map (center), and over
/// channels where maps are joined (blocks.N). The last block joins nothing and is a U-Net's.
class MaNetDecoder : public Decoder {
 public:
  /// encoder: channels of the pyramid, finest first; widths: of the blocks, the deepest first.
  MaNetDecoder(const std::vector<std::int64_t>& encoder, const std::vector<std::int64_t>& widths);
  torch::Tensor forward(const std::vector<torch::Tensor>& maps) override;
  std::int64_t channels() const override { return channels_; }

 private:
  std::int64_t channels_;
  PositionAttention center_;
  torch::nn::ModuleList blocks_;
};

/// `MAnet` of segmentation_models.pytorch.
std::shared_ptr<Network> make_manet(EncoderDecoderOptions options,
                                    const std::vector<std::int64_t>& widths);

}  // namespace carica::models
