#include "models/efficientnet.h"

#include <torch/nn/init.h>

#include <array>
#include <cmath>
#include <numeric>
#include <string_view>

#include "models/initialize.h"
#include "models/inverted_residual.h"
#include "models/inverted_stages.h"
#include "models/pooled_classifier.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

struct Shape {
  std::string_view name;
  double width, depth, dropout;
};
constexpr std::array<Shape, 5> kShapes = {{
    {"efficientnet_b0", 1.0, 1.0, 0.2},
    {"efficientnet_b1", 1.0, 1.1, 0.2},
    {"efficientnet_b2", 1.1, 1.2, 0.3},
    {"efficientnet_b3", 1.2, 1.4, 0.3},
    {"efficientnet_b4", 1.4, 1.8, 0.4},
}};

constexpr std::int64_t kFirst = 32;  // channels of the stem

int depth_of(const InvertedStage& stage, const Shape& shape) {
  return static_cast<int>(std::ceil(static_cast<double>(stage.blocks) * shape.depth));
}

std::int64_t width_of(std::int64_t channels, const Shape& shape) {
  return round_channels(static_cast<double>(channels) * shape.width);
}

ConvNormActivation make_layer(const ConvOptions& conv) {
  return ConvNormActivation(
      ConvNormActivationOptions{.conv = conv, .activation = Activation::kSilu});
}

Chain make_features(const Shape& shape, const ClassifierOptions& options) {
  std::int64_t in = width_of(kFirst, shape);
  Chain features;
  features->push_back(make_layer(
      {.in = options.in_channels, .out = in, .stride = options.stem == Stem::kImagenet ? 2 : 1}));
  const int blocks =
      std::transform_reduce(kEfficientNetStages.begin(), kEfficientNetStages.end(), 0, std::plus(),
                            [&](const InvertedStage& s) { return depth_of(s, shape); });
  int before = 0;
  for (const InvertedStage& stage : kEfficientNetStages) {
    Chain list;
    for (int i = 0; i < depth_of(stage, shape); ++i) {
      const std::int64_t out = width_of(stage.out, shape);
      list->push_back(InvertedResidual(InvertedResidualOptions{
          .in = in,
          .expanded = in * stage.expansion,
          .out = out,
          .kernel = stage.kernel,
          .stride = i == 0 ? stage.stride : 1,
          .activation = Activation::kSilu,
          .squeezed = in / 4,
          .squeeze_activation = Activation::kSilu,
          .drop_path = options.drop_path.value_or(0.2) * before++ / blocks}));
      in = out;
    }
    features->push_back(list);
  }
  features->push_back(make_layer({.in = in, .out = 4 * in, .kernel = 1}));
  return features;
}

/// The head: uniform in +-1/sqrt(outputs), bias 0.
void initialize_classifier(nn::Linear& head) {
  const double bound = 1 / std::sqrt(static_cast<double>(head->options.out_features()));
  nn::init::uniform_(head->weight, -bound, bound);
  nn::init::zeros_(head->bias);
}

}  // namespace

std::shared_ptr<Network> make_efficientnet(const ClassifierOptions& options) {
  const Shape& shape = member(kShapes, options.name);
  const std::int64_t width = 4 * width_of(kEfficientNetStages.back().out, shape);
  ClassifierParts parts;
  parts.rule = {.network = options.name,
                .channels = options.in_channels,
                .stride = options.stem == Stem::kImagenet ? 32 : 16};
  parts.trunk->push_back("features", make_features(shape, options));
  parts.dropout = options.dropout.value_or(shape.dropout);
  nn::Linear head(width, options.outputs);
  parts.head = head;
  parts.head_name = "classifier.1";
  const auto network = std::make_shared<PooledClassifier>(std::move(parts));
  initialize_backbone(*network);
  zero_conv_biases(*network);
  initialize_classifier(head);
  return network;
}

}  // namespace carica::models
