#include "models/pspnet.h"

#include <array>

#include "models/blocks.h"
#include "models/initialize.h"
#include "models/padding.h"
#include "ops/resize.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

constexpr std::array<std::int64_t, 4> kCells = {1, 2, 3, 6};  // per side

}  // namespace

PspDecoder::PspDecoder(const std::vector<std::int64_t>& encoder)
    : conv_(nullptr), dropout_(register_module("dropout", nn::Dropout2d(0.2))) {
  const std::int64_t in = encoder.back();
  const std::int64_t out = in / static_cast<std::int64_t>(kCells.size());
  nn::ModuleList blocks;
  for (const std::int64_t cells : kCells) {
    // One cell is one value per channel and picture: too little for a batch norm.
    pooled_.push_back(
        cells == 1 ? nn::Sequential(make_conv({.in = in, .out = out, .kernel = 1, .bias = true}))
                   : make_conv_norm({.in = in, .out = out, .kernel = 1}));
    blocks->push_back(wrap("pool", wrap("1", pooled_.back().ptr())));
  }
  register_module("psp", wrap("blocks", blocks.ptr()));
  conv_ = register_module("conv", make_conv_norm({.in = 2 * in, .out = channels(), .kernel = 1}));
  initialize_decoder(*this);
}

torch::Tensor PspDecoder::forward(const std::vector<torch::Tensor>& maps) {
  const auto& x = maps.back();
  std::vector<torch::Tensor> joined;
  for (std::size_t i = 0; i < pooled_.size(); ++i) {
    const auto cells = ops::adaptive_average(x, kCells[i], kCells[i]);
    joined.push_back(ops::upsample_bilinear(pooled_[i]->forward(cells).relu_(), x.size(2),
                                            x.size(3), /*align_corners=*/true));
  }
  joined.push_back(x);
  return dropout_->forward(conv_->forward(torch::cat(joined, 1)).relu_());
}

std::shared_ptr<Network> make_pspnet(EncoderDecoderOptions options) {
  options.decoder = std::make_shared<PspDecoder>(options.encoder->channels());
  options.upsampling = options.encoder->stride();
  return std::make_shared<EncoderDecoder>(options);
}

}  // namespace carica::models
