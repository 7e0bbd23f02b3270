#include "models/mobilenet_v3.h"

#include <span>

#include "models/initialize.h"
#include "models/inverted_residual.h"
#include "models/pooled_classifier.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

constexpr auto kRelu = Activation::kRelu, kHardswish = Activation::kHardswish;

struct Block {
  std::int64_t kernel, expanded, out;
  bool squeeze;
  Activation activation;
  std::int64_t stride;
};
constexpr Block kSmall[] = {
    {3, 16, 16, true, kRelu, 2},       {3, 72, 24, false, kRelu, 2},
    {3, 88, 24, false, kRelu, 1},      {5, 96, 40, true, kHardswish, 2},
    {5, 240, 40, true, kHardswish, 1}, {5, 240, 40, true, kHardswish, 1},
    {5, 120, 48, true, kHardswish, 1}, {5, 144, 48, true, kHardswish, 1},
    {5, 288, 96, true, kHardswish, 2}, {5, 576, 96, true, kHardswish, 1},
    {5, 576, 96, true, kHardswish, 1},
};
constexpr Block kLarge[] = {
    {3, 16, 16, false, kRelu, 1},       {3, 64, 24, false, kRelu, 2},
    {3, 72, 24, false, kRelu, 1},       {5, 72, 40, true, kRelu, 2},
    {5, 120, 40, true, kRelu, 1},       {5, 120, 40, true, kRelu, 1},
    {3, 240, 80, false, kHardswish, 2}, {3, 200, 80, false, kHardswish, 1},
    {3, 184, 80, false, kHardswish, 1}, {3, 184, 80, false, kHardswish, 1},
    {3, 480, 112, true, kHardswish, 1}, {3, 672, 112, true, kHardswish, 1},
    {5, 672, 160, true, kHardswish, 2}, {5, 960, 160, true, kHardswish, 1},
    {5, 960, 160, true, kHardswish, 1},
};
constexpr std::int64_t kFirst = 16;  // channels of the stem
constexpr NormOptions kNorm = {.eps = 0.001, .momentum = 0.01};

ConvNormActivation make_layer(const ConvOptions& conv) {
  return ConvNormActivation(
      ConvNormActivationOptions{.conv = conv, .activation = kHardswish, .norm = kNorm});
}

/// `dilated_from`: dilation 2 in the blocks from this one on, and no stride.
Chain make_features(std::span<const Block> blocks, const ClassifierOptions& options,
                    std::size_t dilated_from = 1000) {
  Chain features;
  features->push_back(make_layer({.in = options.in_channels,
                                  .out = kFirst,
                                  .stride = options.stem == Stem::kImagenet ? 2 : 1}));
  std::int64_t in = kFirst;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Block& block = blocks[i];
    const bool dilated = i >= dilated_from;
    features->push_back(InvertedResidual(InvertedResidualOptions{
        .in = in,
        .expanded = block.expanded,
        .out = block.out,
        .kernel = block.kernel,
        .stride = dilated ? 1 : block.stride,
        .dilation = dilated ? 2 : 1,
        .activation = block.activation,
        .squeezed = block.squeeze ? round_channels(static_cast<double>(block.expanded / 4)) : 0,
        .squeeze_gate = Activation::kHardsigmoid,
        .norm = kNorm}));
    in = block.out;
  }
  features->push_back(make_layer({.in = in, .out = 6 * in, .kernel = 1}));
  return features;
}

Chain make_hidden(std::int64_t in, std::int64_t out) {
  Chain hidden;
  hidden->push_back("0", nn::Linear(in, out));
  hidden->push_back("1", nn::Functional([](torch::Tensor x) { return activate(kHardswish, x); }));
  return hidden;
}

}  // namespace

Chain make_dilated_mobilenet_v3_features(std::int64_t in_channels) {
  return make_features(kLarge, {.in_channels = in_channels}, /*dilated_from=*/12);
}

std::shared_ptr<Network> make_mobilenet_v3(const ClassifierOptions& options) {
  const bool small = options.name == "mobilenet_v3_small";
  const std::span<const Block> blocks = small ? std::span<const Block>(kSmall) : kLarge;
  const std::int64_t width = small ? 1024 : 1280;
  ClassifierParts parts;
  parts.rule = {.network = options.name,
                .channels = options.in_channels,
                .stride = options.stem == Stem::kImagenet ? 32 : 16};
  parts.trunk->push_back("features", make_features(blocks, options));
  parts.hidden = make_hidden(6 * blocks.back().out, width);
  parts.dropout = options.dropout.value_or(0.2);
  parts.head = nn::Linear(width, options.outputs);
  parts.head_name = "classifier.3";
  const auto network = std::make_shared<PooledClassifier>(std::move(parts));
  initialize_backbone(*network);
  zero_conv_biases(*network);
  initialize_linears(*network, 0.01);
  return network;
}

}  // namespace carica::models
