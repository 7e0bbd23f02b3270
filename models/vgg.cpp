#include "models/vgg.h"

#include <array>
#include <string_view>

#include "models/blocks.h"
#include "models/initialize.h"
#include "models/plain_layers.h"
#include "models/pooled_classifier.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

constexpr std::array<std::int64_t, 5> kWidths = {64, 128, 256, 512, 512};  // a 2x2 pool after each
constexpr std::int64_t kHidden = 4096;

struct Shape {
  std::string_view name;
  std::array<int, 5> convolutions;  // of each width
  bool batch_norm;
};
constexpr std::array<Shape, 8> kShapes = {{
    {"vgg11", {1, 1, 2, 2, 2}, false},
    {"vgg11_bn", {1, 1, 2, 2, 2}, true},
    {"vgg13", {2, 2, 2, 2, 2}, false},
    {"vgg13_bn", {2, 2, 2, 2, 2}, true},
    {"vgg16", {2, 2, 3, 3, 3}, false},
    {"vgg16_bn", {2, 2, 3, 3, 3}, true},
    {"vgg19", {2, 2, 4, 4, 4}, false},
    {"vgg19_bn", {2, 2, 4, 4, 4}, true},
}};

Chain make_features(const Shape& shape, std::int64_t in) {
  Chain features;
  for (std::size_t level = 0; level < kWidths.size(); ++level) {
    for (int i = 0; i < shape.convolutions[level]; ++i) {
      features->push_back(make_conv({.in = in, .out = kWidths[level], .bias = true}));
      if (shape.batch_norm) features->push_back(nn::BatchNorm2d(kWidths[level]));
      features->push_back(make_relu());
      in = kWidths[level];
    }
    features->push_back(make_max_pool(2, 2));
  }
  return features;
}

Chain make_hidden(double dropout) {
  Chain hidden;
  hidden->push_back("0", nn::Linear(kWidths.back() * 7 * 7, kHidden));
  hidden->push_back("1", make_relu());
  hidden->push_back("2", nn::Dropout(dropout));
  hidden->push_back("3", nn::Linear(kHidden, kHidden));
  hidden->push_back("4", make_relu());
  return hidden;
}

}  // namespace

Chain make_vgg_features(const std::string& name, std::int64_t in_channels) {
  return make_features(member(kShapes, name), in_channels);
}

std::shared_ptr<Network> make_vgg(const ClassifierOptions& options) {
  const Shape& shape = member(kShapes, options.name);
  ClassifierParts parts;
  // The deepest norm sees four values of a map at least.
  parts.rule = {.network = options.name,
                .channels = options.in_channels,
                .smallest = 32,
                .batch_norm = false};
  parts.rule.check_size(options.height, options.width, "resize the pictures in transforms");
  parts.trunk->push_back("features", make_features(shape, options.in_channels));
  parts.pool = 7;
  parts.dropout = options.dropout.value_or(0.5);
  parts.hidden = make_hidden(parts.dropout);
  parts.head = nn::Linear(kHidden, options.outputs);
  parts.head_name = "classifier.6";
  const auto network = std::make_shared<PooledClassifier>(std::move(parts));
  initialize_backbone(*network);
  zero_conv_biases(*network);
  initialize_linears(*network, 0.01);
  return network;
}

}  // namespace carica::models
