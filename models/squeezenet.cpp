#include "models/squeezenet.h"

#include <torch/nn/init.h>

#include <array>

#include "models/blocks.h"
#include "models/plain_layers.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

constexpr std::int64_t kFirst = 64, kLast = 512;  // channels

struct Fire {
  std::int64_t squeezed, expanded;  // channels; `expanded` by each of two convolutions
  bool pooled;                      // 3x3 max pool with stride 2 before it
};
constexpr std::array<Fire, 8> kFires = {{
    {16, 64, true},
    {16, 64, false},
    {32, 128, true},
    {32, 128, false},
    {48, 192, true},
    {48, 192, false},
    {64, 256, false},
    {64, 256, false},
}};

/// float[N,in,H,W] -> float[N,2*expanded,H,W]. Names: squeeze, expand1x1, expand3x3.
class FireBlockImpl : public nn::Module {
 public:
  FireBlockImpl(std::int64_t in, const Fire& fire)
      : squeeze_(register_module(
            "squeeze", make_conv({.in = in, .out = fire.squeezed, .kernel = 1, .bias = true}))),
        expand1x1_(register_module(
            "expand1x1",
            make_conv({.in = fire.squeezed, .out = fire.expanded, .kernel = 1, .bias = true}))),
        expand3x3_(register_module(
            "expand3x3", make_conv({.in = fire.squeezed, .out = fire.expanded, .bias = true}))) {}

  torch::Tensor forward(const torch::Tensor& x) {
    const auto y = squeeze_->forward(x).relu_();
    return torch::cat({expand1x1_->forward(y), expand3x3_->forward(y)}, 1).relu_();
  }

 private:
  nn::Conv2d squeeze_, expand1x1_, expand3x3_;
};
TORCH_MODULE(FireBlock);

Chain make_features(std::int64_t in_channels) {
  Chain features;
  features->push_back(nn::Conv2d(nn::Conv2dOptions(in_channels, kFirst, 3).stride(2)));
  features->push_back(make_relu());
  std::int64_t in = kFirst;
  for (const Fire& fire : kFires) {
    if (fire.pooled) features->push_back(make_max_pool(3, 2, 0, /*ceil=*/true));
    features->push_back(FireBlock(in, fire));
    in = 2 * fire.expanded;
  }
  return features;
}

/// Uniform with variance 2 / fan_in, the head normal; biases 0.
void initialize(nn::Module& root, const nn::Conv2d& head) {
  for (const auto& module : root.modules(/*include_self=*/false)) {
    auto* conv = module->as<nn::Conv2d>();
    if (conv == nullptr) continue;
    if (conv == head.get()) {
      nn::init::normal_(conv->weight, 0, 0.01);
    } else {
      nn::init::kaiming_uniform_(conv->weight);
    }
    nn::init::zeros_(conv->bias);
  }
}

}  // namespace

SqueezeNet::SqueezeNet(const ClassifierOptions& options)
    : rule_{.network = options.name,
            .channels = options.in_channels,
            .smallest = 17,
            .batch_norm = false},
      dropout_(options.dropout.value_or(0.5)),
      features_(register_module("features", make_features(options.in_channels))),
      head_(make_conv({.in = kLast, .out = options.outputs, .kernel = 1, .bias = true})) {
  rule_.check_size(options.height, options.width, "resize the pictures in transforms");
  register_module("classifier", std::make_shared<nn::Module>())->register_module("1", head_);
  initialize(*this, head_);
}

void SqueezeNet::check(at::IntArrayRef pictures) const { rule_.check(pictures, *this); }

torch::Tensor SqueezeNet::maps(const torch::Tensor& pictures) {
  check(pictures.sizes());
  return features_->forward(pictures);
}

torch::Tensor SqueezeNet::features(const torch::Tensor& pictures) {
  return torch::adaptive_avg_pool2d(maps(pictures), {1, 1}).flatten(1);
}

Output SqueezeNet::forward(const torch::Tensor& pictures) {
  const auto x = torch::dropout(maps(pictures), dropout_, is_training());
  return {torch::adaptive_avg_pool2d(head_->forward(x).relu_(), {1, 1}).flatten(1)};
}

}  // namespace carica::models
