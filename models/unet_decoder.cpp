#include "models/unet_decoder.h"

#include "models/initialize.h"

namespace carica::models {
namespace nn = torch::nn;

DecoderBlockImpl::DecoderBlockImpl(const DecoderBlockOptions& options)
    : DoubleConvImpl((options.reduce ? options.out : options.in) + options.skip, options.out),
      uses_skip_(options.skip > 0),
      reduce_(nullptr) {
  if (options.reduce) {
    reduce_ =
        register_module("reduce", make_conv({.in = options.in, .out = options.out, .kernel = 1}));
  }
}

torch::Tensor DecoderBlockImpl::forward(torch::Tensor x, const torch::Tensor& skip) {
  // A 1x1 convolution and nearest upsampling commute; in this order it has a quarter of the work.
  if (reduce_) x = reduce_->forward(x);
  x = torch::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
  if (uses_skip_) x = torch::cat({x, skip}, 1);
  return DoubleConvImpl::forward(x);
}

std::vector<nn::Sequential> make_center(std::int64_t channels) {
  return {make_conv_norm({.in = channels, .out = channels}),
          make_conv_norm({.in = channels, .out = channels})};
}

UNetDecoder::UNetDecoder(const UNetDecoderOptions& options)
    : channels_(options.out.back()), blocks_(nullptr) {
  const std::size_t levels = options.encoder.size();
  std::int64_t in = options.encoder.back();
  if (options.center) {
    center_ = make_center(in);
    register_module("center", nn::ModuleList(center_[0], center_[1]));
  }
  blocks_ = register_module("blocks", nn::ModuleList());
  for (std::size_t i = 0; i < options.out.size(); ++i) {
    blocks_->push_back(DecoderBlock(DecoderBlockOptions{.in = in,
                                                        .skip = options.encoder[levels - 2 - i],
                                                        .out = options.out[i],
                                                        .reduce = options.reduce}));
    in = options.out[i];
  }
  initialize_decoder(*this);
}

torch::Tensor UNetDecoder::forward(const std::vector<torch::Tensor>& maps) {
  auto skip = maps.rbegin();
  auto x = *skip;
  for (auto& conv : center_) x = conv->forward(x).relu_();
  for (const auto& block : *blocks_) x = block->as<DecoderBlock>()->forward(x, *++skip);
  return x;
}

}  // namespace carica::models
