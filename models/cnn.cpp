#include "models/cnn.h"

#include "models/blocks.h"

namespace carica::models {
namespace {

CnnOptions checked(const CnnOptions& options) {
  InputRule{.network = "cnn", .smallest = Cnn::kStride}.check_size(
      options.height, options.width,
      "resize the pictures in transforms, or choose a resnet with stem: cifar");
  return options;
}

std::int64_t flat_size(const CnnOptions& options) {
  return 128 * (options.height / Cnn::kStride) * (options.width / Cnn::kStride);
}

}  // namespace

Cnn::Cnn(const CnnOptions& options)
    : options_(checked(options)),
      rule_{.network = "cnn", .channels = options.in_channels, .batch_norm = false},
      conv1_(register_module("conv1",
                             make_conv({.in = options.in_channels, .out = 32, .bias = true}))),
      conv2_(register_module("conv2", make_conv({.in = 32, .out = 64, .bias = true}))),
      conv3_(register_module("conv3", make_conv({.in = 64, .out = 128, .bias = true}))),
      fc_(register_module("fc", torch::nn::Linear(flat_size(options), options.outputs))) {}

void Cnn::check(at::IntArrayRef pictures) const {
  rule_.check(pictures, *this);
  rule_.check_built_for(pictures, options_.height, options_.width);
}

torch::Tensor Cnn::features(const torch::Tensor& pictures) {
  check(pictures.sizes());
  // ReLU and max pool commute; after the pool ReLU has a sixteenth or a quarter of the work.
  auto x = torch::max_pool2d(conv1_->forward(pictures), 4).relu_();
  x = torch::max_pool2d(conv2_->forward(x), 2).relu_();
  x = torch::max_pool2d(conv3_->forward(x), 2).relu_();
  return x.flatten(1);
}

Output Cnn::forward(const torch::Tensor& pictures) {
  const auto x = features(pictures);
  return {.logits = fc_->forward(torch::dropout(x, options_.dropout, is_training())),
          .features = x};
}

}  // namespace carica::models
