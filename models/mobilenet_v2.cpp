#include "models/mobilenet_v2.h"

#include <array>

#include "models/initialize.h"
#include "models/inverted_residual.h"
#include "models/inverted_stages.h"
#include "models/pooled_classifier.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

constexpr std::int64_t kFirst = 32, kLast = 1280;  // channels

ConvNormActivation make_layer(const ConvOptions& conv) {
  return ConvNormActivation(
      ConvNormActivationOptions{.conv = conv, .activation = Activation::kRelu6});
}

}  // namespace

Chain make_mobilenet_v2_features(const ClassifierOptions& options) {
  Chain features;
  features->push_back(make_layer({.in = options.in_channels,
                                  .out = kFirst,
                                  .stride = options.stem == Stem::kImagenet ? 2 : 1}));
  std::int64_t in = kFirst;
  for (const auto& [expansion, kernel, out, blocks, stride] : kMobileNetV2Stages) {
    for (std::int64_t i = 0; i < blocks; ++i) {
      features->push_back(
          InvertedResidual(InvertedResidualOptions{.in = in,
                                                   .expanded = in * expansion,
                                                   .out = out,
                                                   .kernel = kernel,
                                                   .stride = i == 0 ? stride : 1,
                                                   .names = InvertedResidualNames::kConv}));
      in = out;
    }
  }
  features->push_back(make_layer({.in = in, .out = kLast, .kernel = 1}));
  return features;
}

std::shared_ptr<Network> make_mobilenet_v2(const ClassifierOptions& options) {
  ClassifierParts parts;
  parts.rule = {.network = options.name,
                .channels = options.in_channels,
                .stride = options.stem == Stem::kImagenet ? 32 : 16};
  parts.trunk->push_back("features", make_mobilenet_v2_features(options));
  parts.dropout = options.dropout.value_or(0.2);
  parts.head = nn::Linear(kLast, options.outputs);
  parts.head_name = "classifier.1";
  const auto network = std::make_shared<PooledClassifier>(std::move(parts));
  initialize_backbone(*network);
  initialize_linears(*network, 0.01);
  return network;
}

}  // namespace carica::models
