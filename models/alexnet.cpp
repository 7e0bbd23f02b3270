#include "models/alexnet.h"

#include <array>

#include "models/plain_layers.h"
#include "models/pooled_classifier.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

struct Layer {
  std::int64_t out, kernel, stride, padding;
  bool pooled;  // 3x3 max pool with stride 2 behind it
};
constexpr std::array<Layer, 5> kLayers = {{
    {64, 11, 4, 2, true},
    {192, 5, 1, 2, true},
    {384, 3, 1, 1, false},
    {256, 3, 1, 1, false},
    {256, 3, 1, 1, true},
}};
constexpr std::int64_t kHidden = 4096;

Chain make_features(std::int64_t in) {
  Chain features;
  for (const auto& [out, kernel, stride, padding, pooled] : kLayers) {
    features->push_back(
        nn::Conv2d(nn::Conv2dOptions(in, out, kernel).stride(stride).padding(padding)));
    features->push_back(make_relu());
    if (pooled) features->push_back(make_max_pool(3, 2));
    in = out;
  }
  return features;
}

Chain make_hidden(double dropout) {
  Chain hidden;
  hidden->push_back("0", nn::Dropout(dropout));
  hidden->push_back("1", nn::Linear(kLayers.back().out * 6 * 6, kHidden));
  hidden->push_back("2", make_relu());
  hidden->push_back("3", nn::Dropout(dropout));
  hidden->push_back("4", nn::Linear(kHidden, kHidden));
  hidden->push_back("5", make_relu());
  return hidden;
}

}  // namespace

std::shared_ptr<Network> make_alexnet(const ClassifierOptions& options) {
  const double dropout = options.dropout.value_or(0.5);
  ClassifierParts parts;
  parts.rule = {.network = options.name,
                .channels = options.in_channels,
                .smallest = 63,
                .batch_norm = false};
  parts.rule.check_size(options.height, options.width, "resize the pictures in transforms");
  parts.trunk->push_back("features", make_features(options.in_channels));
  parts.pool = 6;
  parts.hidden = make_hidden(dropout);
  parts.head = nn::Linear(kHidden, options.outputs);
  parts.head_name = "classifier.6";
  return std::make_shared<PooledClassifier>(std::move(parts));
}

}  // namespace carica::models
