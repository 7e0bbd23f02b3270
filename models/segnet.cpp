#include "models/segnet.h"

#include <ATen/Context.h>

#include <array>

#include "models/blocks.h"
#include "models/initialize.h"
#include "models/padding.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

struct Level {
  std::int64_t width, convolutions;
};
constexpr std::array<Level, 5> kLevels = {{{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}}};

/// torch warns of each unpooling in deterministic mode: it cannot know that no two maxima of a pool
/// share a place, so that the order of writing does not matter.
class OrderDoesNotMatter {
 public:
  OrderDoesNotMatter() { at::globalContext().setDeterministicAlgorithms(false, false); }
  ~OrderDoesNotMatter() { at::globalContext().setDeterministicAlgorithms(on_, warns_); }
  OrderDoesNotMatter(const OrderDoesNotMatter&) = delete;
  OrderDoesNotMatter& operator=(const OrderDoesNotMatter&) = delete;

 private:
  bool on_ = at::globalContext().deterministicAlgorithms();
  bool warns_ = at::globalContext().deterministicAlgorithmsWarnOnly();
};

}  // namespace

SegNet::SegNet(const SegNetOptions& options)
    : rule_{.network = "segnet", .channels = options.in_channels, .stride = kStride},
      head_(nullptr) {
  auto features = std::make_shared<nn::Module>();
  register_module("encoder", wrap("features", features));
  std::int64_t in = options.in_channels;
  int index = 0;  // in torchvision's list, where ReLUs and pools count
  for (const Level& level : kLevels) {
    auto& layers = down_.emplace_back();
    for (std::int64_t i = 0; i < level.convolutions; ++i, index += 3) {
      layers.push_back(
          {make_conv({.in = in, .out = level.width, .bias = true}), nn::BatchNorm2d(level.width)});
      features->register_module(std::to_string(index), layers.back().conv);
      features->register_module(std::to_string(index + 1), layers.back().norm);
      in = level.width;
    }
    ++index;
  }

  nn::ModuleList blocks;
  for (std::size_t depth = kLevels.size(); depth-- > 0;) {
    nn::ModuleList block;
    auto& layers = up_.emplace_back();
    // The last convolution of a block has the width of the resolution above; that of the finest is
    // the head.
    const std::int64_t above = depth == 0 ? 0 : kLevels[depth - 1].width;
    for (std::int64_t left = kLevels[depth].convolutions; left-- > (depth == 0 ? 1 : 0);) {
      const std::int64_t out = left == 0 ? above : kLevels[depth].width;
      layers.push_back(make_conv_norm({.in = kLevels[depth].width, .out = out, .bias = true}));
      block->push_back(layers.back());
    }
    blocks->push_back(block);
  }
  register_module("decoder", wrap("blocks", blocks.ptr()));
  head_ = register_module(
      "segmentation_head",
      nn::Sequential(make_conv({.in = kLevels[0].width, .out = options.outputs, .bias = true})));
  initialize_backbone(*this);
  zero_conv_biases(*this);
}

void SegNet::check(at::IntArrayRef pictures) const { rule_.check(pictures, *this); }

SegNet::Pooled SegNet::encode(const torch::Tensor& pictures) {
  check(pictures.sizes());
  Pooled pooled = {pad_to_multiple(pictures, kStride), {}};
  auto& x = pooled.map;
  for (auto& level : down_) {
    for (auto& layer : level) x = layer.norm->forward(layer.conv->forward(x)).relu_();
    torch::Tensor maxima;
    std::tie(x, maxima) = torch::max_pool2d_with_indices(x, 2, 2);
    pooled.maxima.push_back(maxima);
  }
  return pooled;
}

torch::Tensor SegNet::features(const torch::Tensor& pictures) { return encode(pictures).map; }

Output SegNet::forward(const torch::Tensor& pictures) {
  auto [x, maxima] = encode(pictures);
  for (auto& level : up_) {
    const OrderDoesNotMatter no_warning;
    x = torch::max_unpool2d(x, maxima.back(), {2 * x.size(2), 2 * x.size(3)});
    maxima.pop_back();
    for (auto& layer : level) x = layer->forward(x).relu_();
  }
  return {crop(head_->forward(x), pictures.size(2), pictures.size(3))};
}

}  // namespace carica::models
