#include "models/fpn.h"

#include "core/text.h"
#include "models/blocks.h"
#include "models/initialize.h"
#include "models/padding.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

constexpr std::int64_t kWidth = 256;
constexpr std::int64_t kGroups = 32;

nn::Sequential make_conv_group_norm(std::int64_t in, std::int64_t out) {
  return nn::Sequential(make_conv({.in = in, .out = out}),
                        nn::GroupNorm(nn::GroupNormOptions(kGroups, out)));
}

}  // namespace

FpnDecoder::FpnDecoder(const std::vector<std::int64_t>& encoder)
    : lateral_{nullptr, nullptr, nullptr, nullptr},
      dropout_(register_module("dropout", nn::Dropout2d(0.2))) {
  for (std::size_t i = 0; i < kMaps; ++i) {
    lateral_[i] = make_conv(
        {.in = encoder[encoder.size() - 1 - i], .out = kWidth, .kernel = 1, .bias = true});
    const std::string name = cat("p", 5 - i);
    if (i == 0) {
      register_module(name, lateral_[i]);
    } else {
      register_module(name, wrap("skip_conv", lateral_[i].ptr()));
    }
  }
  nn::ModuleList blocks;
  for (std::size_t i = 0; i < kMaps; ++i) {
    nn::ModuleList steps;
    for (std::size_t step = 0; step < std::max<std::size_t>(1, kMaps - 1 - i); ++step) {
      climb_[i].push_back(make_conv_group_norm(step == 0 ? kWidth : channels(), channels()));
      steps->push_back(wrap("block", climb_[i].back().ptr()));
    }
    blocks->push_back(wrap("block", steps.ptr()));
  }
  register_module("seg_blocks", blocks);
  initialize_decoder(*this);
}

torch::Tensor FpnDecoder::forward(const std::vector<torch::Tensor>& maps) {
  torch::Tensor from_below, sum;
  for (std::size_t i = 0; i < kMaps; ++i) {
    auto x = lateral_[i]->forward(maps[maps.size() - 1 - i]);
    if (i > 0) x = x + torch::upsample_nearest2d(from_below, {x.size(2), x.size(3)});
    from_below = x;
    for (auto& conv : climb_[i]) {
      x = conv->forward(x).relu_();
      if (i < kMaps - 1) x = upsample_aligned(x, 2);
    }
    sum = i == 0 ? x : sum + x;
  }
  return dropout_->forward(sum);
}

std::shared_ptr<Network> make_fpn(EncoderDecoderOptions options) {
  options.decoder = std::make_shared<FpnDecoder>(options.encoder->channels());
  options.head_kernel = 1;
  options.upsampling = 4;
  return std::make_shared<EncoderDecoder>(options);
}

}  // namespace carica::models
