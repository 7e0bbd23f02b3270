#include "models/manet.h"

#include <algorithm>

#include "models/initialize.h"
#include "models/unet_decoder.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

std::int64_t squeezed(std::int64_t channels) { return std::max<std::int64_t>(1, channels / 16); }

}  // namespace

FusionBlockImpl::FusionBlockImpl(const FusionOptions& o)
    : mix_(make_conv_norm({.in = o.in, .out = o.in})),
      match_(make_conv_norm({.in = o.in, .out = o.skip, .kernel = 1})),
      of_skip_(nullptr),
      of_below_(nullptr),
      conv1_(nullptr),
      conv2_(nullptr) {
  register_module("hl_conv", nn::ModuleList(mix_, match_));
  of_skip_ = register_module("SE_ll", ChannelWeights(o.skip, squeezed(o.skip)));
  of_below_ = register_module("SE_hl", ChannelWeights(o.skip, squeezed(o.skip)));
  conv1_ = register_module("conv1", make_conv_norm({.in = 2 * o.skip, .out = o.out}));
  conv2_ = register_module("conv2", make_conv_norm({.in = o.out, .out = o.out}));
}

torch::Tensor FusionBlockImpl::forward(torch::Tensor x, const torch::Tensor& skip) {
  x = mix_->forward(x).relu_();
  x = match_->forward(x).relu_();
  x = torch::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
  x = x * (of_below_->forward(x) + of_skip_->forward(skip));
  x = conv1_->forward(torch::cat({x, skip}, 1)).relu_();
  return conv2_->forward(x).relu_();
}

MaNetDecoder::MaNetDecoder(const std::vector<std::int64_t>& encoder,
                           const std::vector<std::int64_t>& widths)
    : channels_(widths.back()),
      center_(register_module("center", PositionAttention(encoder.back()))),
      blocks_(register_module("blocks", nn::ModuleList())) {
  std::int64_t in = encoder.back();
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::int64_t skip = encoder[encoder.size() - 2 - i];
    if (skip > 0) {
      blocks_->push_back(FusionBlock(FusionOptions{.in = in, .skip = skip, .out = widths[i]}));
    } else {
      blocks_->push_back(DecoderBlock(DecoderBlockOptions{.in = in, .out = widths[i]}));
    }
    in = widths[i];
  }
  initialize_decoder(*this);
}

torch::Tensor MaNetDecoder::forward(const std::vector<torch::Tensor>& maps) {
  auto skip = maps.rbegin();
  auto x = center_->forward(*skip);
  for (const auto& block : *blocks_) {
    ++skip;
    if (auto* fusion = block->as<FusionBlock>()) {
      x = fusion->forward(x, *skip);
    } else {
      x = block->as<DecoderBlock>()->forward(x, {});
    }
  }
  return x;
}

std::shared_ptr<Network> make_manet(EncoderDecoderOptions options,
                                    const std::vector<std::int64_t>& widths) {
  options.decoder = std::make_shared<MaNetDecoder>(options.encoder->channels(), widths);
  return std::make_shared<EncoderDecoder>(options);
}

}  // namespace carica::models
