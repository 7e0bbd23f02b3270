#include "models/densenet.h"

#include <torch/nn/init.h>

#include <array>
#include <string_view>

#include "models/blocks.h"
#include "models/initialize.h"
#include "models/plain_layers.h"
#include "models/pooled_classifier.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

struct Shape {
  std::string_view name;
  std::array<int, 4> layers;  // of each block
};
constexpr std::array<Shape, 2> kShapes = {{
    {"densenet121", {6, 12, 24, 16}},
    {"densenet169", {6, 12, 32, 32}},
}};
constexpr std::int64_t kGrowth = 32;  // channels that a layer adds
constexpr std::int64_t kFirst = 64;   // channels of the stem

/// Norm, ReLU, 1x1 convolution to 4 * kGrowth channels; norm, ReLU, 3x3 convolution to kGrowth.
class DenseLayerImpl : public nn::Module {
 public:
  explicit DenseLayerImpl(std::int64_t in)
      : norm1_(register_module("norm1", nn::BatchNorm2d(in))),
        conv1_(register_module("conv1", make_conv({.in = in, .out = 4 * kGrowth, .kernel = 1}))),
        norm2_(register_module("norm2", nn::BatchNorm2d(4 * kGrowth))),
        conv2_(register_module("conv2", make_conv({.in = 4 * kGrowth, .out = kGrowth}))) {}

  torch::Tensor forward(const torch::Tensor& x) {
    const auto y = conv1_->forward(norm1_->forward(x).relu_());
    return conv2_->forward(norm2_->forward(y).relu_());
  }

 private:
  nn::BatchNorm2d norm1_;
  nn::Conv2d conv1_;
  nn::BatchNorm2d norm2_;
  nn::Conv2d conv2_;
};
TORCH_MODULE(DenseLayer);

/// float[N,in,H,W] -> float[N,in+layers*kGrowth,H,W].
class DenseBlockImpl : public nn::Module {
 public:
  DenseBlockImpl(std::int64_t in, int layers) {
    for (int i = 0; i < layers; ++i) {
      layers_.push_back(register_module(layer_name(i), DenseLayer(in + i * kGrowth)));
    }
  }

  torch::Tensor forward(const torch::Tensor& x) {
    std::vector<torch::Tensor> maps = {x};
    for (auto& layer : layers_) maps.push_back(layer->forward(torch::cat(maps, 1)));
    return torch::cat(maps, 1);
  }

 private:
  static std::string layer_name(int i) { return "denselayer" + std::to_string(i + 1); }

  std::vector<DenseLayer> layers_;
};
TORCH_MODULE(DenseBlock);

Chain make_transition(std::int64_t in) {
  Chain transition;
  transition->push_back("norm", nn::BatchNorm2d(in));
  transition->push_back("relu", make_relu());
  transition->push_back("conv", make_conv({.in = in, .out = in / 2, .kernel = 1}));
  transition->push_back(
      "pool", nn::Functional([](const torch::Tensor& x) { return torch::avg_pool2d(x, 2); }));
  return transition;
}

Chain make_stem(Stem stem, std::int64_t in_channels) {
  const bool imagenet = stem == Stem::kImagenet;
  Chain features;
  features->push_back("conv0", make_conv({.in = in_channels,
                                          .out = kFirst,
                                          .kernel = imagenet ? 7 : 3,
                                          .stride = imagenet ? 2 : 1}));
  features->push_back("norm0", nn::BatchNorm2d(kFirst));
  features->push_back("relu0", make_relu());
  if (imagenet) features->push_back("pool0", make_max_pool(3, 2, 1));
  return features;
}

/// Channels after the last block.
std::int64_t last_width(const std::array<int, 4>& layers) {
  std::int64_t width = kFirst;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    width = (i == 0 ? width : width / 2) + layers[i] * kGrowth;
  }
  return width;
}

}  // namespace

Chain make_densenet_features(const ClassifierOptions& options) {
  auto features = make_stem(options.stem, options.in_channels);
  std::int64_t width = kFirst;
  const auto& layers = member(kShapes, options.name).layers;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    features->push_back("denseblock" + number, DenseBlock(width, layers[i]));
    width += layers[i] * kGrowth;
    if (i + 1 == layers.size()) break;
    features->push_back("transition" + number, make_transition(width));
    width /= 2;
  }
  features->push_back("norm5", nn::BatchNorm2d(width));
  features->push_back("relu5", make_relu());
  return features;
}

std::shared_ptr<Network> make_densenet(const ClassifierOptions& options) {
  const bool imagenet = options.stem == Stem::kImagenet;
  ClassifierParts parts;
  parts.rule = {.network = options.name,
                .channels = options.in_channels,
                .stride = imagenet ? 4 : 1,
                .pooled = 8,
                .smallest = imagenet ? 29 : 8};
  parts.rule.check_size(options.height, options.width,
                        "resize the pictures in transforms, or choose stem: cifar");
  parts.trunk->push_back("features", make_densenet_features(options));
  parts.dropout = options.dropout.value_or(0);
  nn::Linear head(last_width(member(kShapes, options.name).layers), options.outputs);
  parts.head = head;
  parts.head_name = "classifier";
  const auto network = std::make_shared<PooledClassifier>(std::move(parts));
  initialize_backbone(*network, Fan::kIn);
  nn::init::zeros_(head->bias);
  return network;
}

}  // namespace carica::models
