#include "models/linknet.h"

#include "models/blocks.h"
#include "models/initialize.h"

namespace carica::models {
namespace nn = torch::nn;

LinkNetBlockImpl::LinkNetBlockImpl(std::int64_t in, std::int64_t out)
    : squeeze_(make_conv_norm({.in = in, .out = in / 4, .kernel = 1})),
      up_(nn::ConvTranspose2d(nn::ConvTranspose2dOptions(in / 4, in / 4, 4).stride(2).padding(1)),
          nn::BatchNorm2d(in / 4)),
      expand_(make_conv_norm({.in = in / 4, .out = out, .kernel = 1})) {
  register_module("block", nn::ModuleList(squeeze_, up_, expand_));
}

torch::Tensor LinkNetBlockImpl::forward(torch::Tensor x) {
  x = squeeze_->forward(x).relu_();
  x = up_->forward(x).relu_();
  return expand_->forward(x).relu_();
}

LinkNetDecoder::LinkNetDecoder(const std::vector<std::int64_t>& encoder)
    : blocks_(register_module("blocks", nn::ModuleList())) {
  for (std::size_t level = encoder.size(); --level > 0;) {
    blocks_->push_back(LinkNetBlock(encoder[level], level > 1 ? encoder[level - 1] : channels()));
  }
  initialize_decoder(*this);
}

torch::Tensor LinkNetDecoder::forward(const std::vector<torch::Tensor>& maps) {
  auto skip = maps.rbegin();
  auto x = *skip;
  for (const auto& block : *blocks_) {
    x = block->as<LinkNetBlock>()->forward(x);
    // The pictures themselves, at the end, are no map.
    if (++skip != maps.rend() - 1) x = x + *skip;
  }
  return x;
}

std::shared_ptr<Network> make_linknet(EncoderDecoderOptions options) {
  options.decoder = std::make_shared<LinkNetDecoder>(options.encoder->channels());
  options.head_kernel = 1;
  return std::make_shared<EncoderDecoder>(options);
}

}  // namespace carica::models
