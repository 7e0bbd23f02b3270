#include "models/deeplab_mobilenet.h"

#include <array>

#include "models/initialize.h"
#include "models/inverted_stages.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

constexpr std::array<std::size_t, 5> kMapsAfter = {0, 2, 5, 12, 16};  // blocks
constexpr std::size_t kLowBlocks = 3;

nn::Conv2d make_unpadded(std::int64_t in, std::int64_t out, std::int64_t kernel) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, kernel).bias(false));
}

}  // namespace

PaddedInvertedResidualImpl::PaddedInvertedResidualImpl(const PaddedInvertedResidualOptions& o)
    : adds_input_(o.stride == 1 && o.in == o.out),
      padding_(o.dilation),
      narrow_(make_unpadded(o.in * o.expansion, o.out, 1)),
      norm_(o.out) {
  const std::int64_t hidden = o.in * o.expansion;
  if (o.expansion > 1) {
    activated_.push_back(nn::Sequential(make_unpadded(o.in, hidden, 1), nn::BatchNorm2d(hidden)));
  }
  activated_.push_back(nn::Sequential(nn::Conv2d(nn::Conv2dOptions(hidden, hidden, 3)
                                                     .stride(o.stride)
                                                     .dilation(o.dilation)
                                                     .groups(hidden)
                                                     .bias(false)),
                                      nn::BatchNorm2d(hidden)));
  auto conv = register_module("conv", nn::ModuleList());
  for (const auto& layer : activated_) conv->push_back(layer);
  conv->push_back(narrow_);
  conv->push_back(norm_);
}

torch::Tensor PaddedInvertedResidualImpl::forward(const torch::Tensor& x) {
  auto y = torch::constant_pad_nd(x, {padding_, padding_, padding_, padding_});
  for (auto& layer : activated_) {
    y = layer->forward(y);
    y = torch::relu6_(y);
  }
  y = norm_->forward(narrow_->forward(y));
  return adds_input_ ? y.add_(x) : y;
}

DeepLabMobileNet::DeepLabMobileNet(const EncoderOptions& options)
    : stem_(nn::Conv2d(nn::Conv2dOptions(options.in_channels, 32, 3).stride(2).bias(false)),
            nn::BatchNorm2d(32)) {
  std::int64_t in = 32, reached = 2, dilation = 1;
  for (const InvertedStage& stage : kMobileNetV2Stages) {
    PaddedInvertedResidualOptions block = {.in = in,
                                           .out = stage.out,
                                           .expansion = stage.expansion,
                                           .stride = stage.stride,
                                           .dilation = dilation};
    if (reached == options.output_stride) {
      block.stride = 1;
      dilation *= stage.stride;  // in place of the stride, and from the second block on
    } else {
      reached *= stage.stride;
    }
    for (std::int64_t i = 0; i < stage.blocks; ++i) {
      blocks_.push_back(PaddedInvertedResidual(block));
      block.in = in = stage.out;
      block.stride = 1;
      block.dilation = dilation;
    }
  }
  auto low = register_module("low_level_features", std::make_shared<nn::Module>());
  auto high = register_module("high_level_features", std::make_shared<nn::Module>());
  low->register_module("0", stem_);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    (i < kLowBlocks ? low : high)->register_module(std::to_string(i + 1), blocks_[i]);
  }
  initialize_backbone(*this);
}

std::vector<torch::Tensor> DeepLabMobileNet::pyramid(const torch::Tensor& pictures) {
  auto x = stem_->forward(pictures);
  x = torch::relu6_(x);
  std::vector<torch::Tensor> maps = {pictures};
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    x = blocks_[i]->forward(x);
    if (i == kMapsAfter[maps.size() - 1]) maps.push_back(x);
  }
  return maps;
}

}  // namespace carica::models
