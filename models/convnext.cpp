#include "models/convnext.h"

#include <torch/nn/init.h>

#include <array>
#include <string_view>

#include "models/blocks.h"
#include "models/initialize.h"
#include "models/plain_layers.h"
#include "models/pooled_classifier.h"
#include "models/stochastic_depth.h"
#include "models/transformer_block.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

struct Shape {
  std::string_view name;
  std::array<int, 4> blocks;  // of each width
  double drop_path;
};
constexpr std::array<Shape, 2> kShapes = {{
    {"convnext_tiny", {3, 3, 9, 3}, 0.1},
    {"convnext_small", {3, 3, 27, 3}, 0.4},
}};
constexpr std::array<std::int64_t, 4> kWidths = {96, 192, 384, 768};

torch::Tensor channels_last_dim(const torch::Tensor& x) { return x.permute({0, 2, 3, 1}); }
torch::Tensor channels_second_dim(const torch::Tensor& x) { return x.permute({0, 3, 1, 2}); }

/// Layer norm over the channels of maps float[N,channels,H,W]. The result lies in channels_last.
class MapNormImpl : public nn::LayerNormImpl {
 public:
  explicit MapNormImpl(std::int64_t channels)
      : nn::LayerNormImpl(nn::LayerNormOptions({channels}).eps(1e-6)) {}
  torch::Tensor forward(const torch::Tensor& x) {
    return channels_second_dim(nn::LayerNormImpl::forward(channels_last_dim(x)));
  }
};
TORCH_MODULE(MapNorm);

Chain make_layers(std::int64_t width) {
  Chain layers;
  layers->push_back(
      make_conv({.in = width, .out = width, .kernel = 7, .groups = width, .bias = true}));
  layers->push_back(nn::Functional(channels_last_dim));
  layers->push_back(make_layer_norm(width));
  layers->push_back(nn::Linear(width, 4 * width));
  layers->push_back(nn::Functional([](const torch::Tensor& x) { return torch::gelu(x); }));
  layers->push_back(nn::Linear(4 * width, width));
  layers->push_back(nn::Functional(channels_second_dim));
  return layers;
}

/// Keeps the shape float[N,width,H,W]. Names: layer_scale, block.0, block.2, block.3, block.5.
class ConvNextBlockImpl : public nn::Module {
 public:
  ConvNextBlockImpl(std::int64_t width, double drop_path)
      : drop_path_(drop_path),
        layer_scale_(register_parameter("layer_scale", torch::full({width, 1, 1}, 1e-6))),
        block_(register_module("block", make_layers(width))) {}

  torch::Tensor forward(const torch::Tensor& x) {
    return stochastic_depth(layer_scale_ * block_->forward(x), drop_path_, is_training()).add_(x);
  }

 private:
  double drop_path_;
  torch::Tensor layer_scale_;
  Chain block_;
};
TORCH_MODULE(ConvNextBlock);

/// A convolution whose windows do not overlap.
nn::Conv2d make_patches(std::int64_t in, std::int64_t out, std::int64_t side) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, side).stride(side));
}

Chain make_features(const Shape& shape, const ClassifierOptions& options) {
  const double drop_path = options.drop_path.value_or(shape.drop_path);
  int last = -1;
  for (const int blocks : shape.blocks) last += blocks;
  Chain features;
  features->push_back(Chain(make_patches(options.in_channels, kWidths[0], 4), MapNorm(kWidths[0])));
  int before = 0;
  for (std::size_t i = 0; i < kWidths.size(); ++i) {
    if (i > 0) {
      features->push_back(
          Chain(MapNorm(kWidths[i - 1]), make_patches(kWidths[i - 1], kWidths[i], 2)));
    }
    Chain stage;
    for (int k = 0; k < shape.blocks[i]; ++k) {
      stage->push_back(ConvNextBlock(kWidths[i], drop_path * before++ / last));
    }
    features->push_back(stage);
  }
  return features;
}

/// Convolutions and linear layers: truncated normal with standard deviation 0.02, biases 0.
void initialize(nn::Module& network) {
  for (const auto& module : network.modules(/*include_self=*/false)) {
    const auto fill = [](const torch::Tensor& weight, torch::Tensor& bias) {
      truncated_normal(weight, 0.02);
      nn::init::zeros_(bias);
    };
    if (auto* conv = module->as<nn::Conv2d>()) fill(conv->weight, conv->bias);
    if (auto* linear = module->as<nn::Linear>()) fill(linear->weight, linear->bias);
  }
}

}  // namespace

std::shared_ptr<Network> make_convnext(const ClassifierOptions& options) {
  ClassifierParts parts;
  parts.rule = {.network = options.name,
                .channels = options.in_channels,
                .smallest = 32,
                .batch_norm = false};
  parts.rule.check_size(options.height, options.width, "resize the pictures in transforms");
  parts.trunk->push_back("features", make_features(member(kShapes, options.name), options));
  parts.hidden = Chain();
  parts.hidden->push_back("0", make_layer_norm(kWidths.back()));
  parts.dropout = options.dropout.value_or(0);
  parts.head = nn::Linear(kWidths.back(), options.outputs);
  parts.head_name = "classifier.2";
  const auto network = std::make_shared<PooledClassifier>(std::move(parts));
  initialize(*network);
  return network;
}

}  // namespace carica::models
