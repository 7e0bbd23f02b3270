#include "models/cnn.h"

#include "core/error.h"
#include "core/text.h"
#include "models/blocks.h"

namespace carica::models {
namespace {

CnnOptions checked(const CnnOptions& options) {
  if (options.height < Cnn::kStride || options.width < Cnn::kStride) {
    throw Error(ErrorCode::kConfig,
                cat("model.name = cnn: pictures of ", options.width, "x", options.height,
                    " px are too small for it; at least ", Cnn::kStride, "x", Cnn::kStride),
                "resize the pictures in transforms, or choose a resnet with stem: cifar");
  }
  return options;
}

std::int64_t flat_size(const CnnOptions& options) {
  return 128 * (options.height / Cnn::kStride) * (options.width / Cnn::kStride);
}

}  // namespace

Cnn::Cnn(const CnnOptions& options)
    : options_(checked(options)),
      rule_{.network = "cnn", .channels = options.in_channels},
      conv1_(register_module("conv1",
                             make_conv({.in = options.in_channels, .out = 32, .bias = true}))),
      conv2_(register_module("conv2", make_conv({.in = 32, .out = 64, .bias = true}))),
      conv3_(register_module("conv3", make_conv({.in = 64, .out = 128, .bias = true}))),
      fc_(register_module("fc", torch::nn::Linear(flat_size(options), options.outputs))) {}

torch::Tensor Cnn::features(const torch::Tensor& pictures) {
  rule_.check(pictures, false);
  if (pictures.size(2) != options_.height || pictures.size(3) != options_.width) {
    throw Error(ErrorCode::kShape,
                cat("cnn: got pictures of ", pictures.size(3), "x", pictures.size(2),
                    " px; its head was built for ", options_.width, "x", options_.height));
  }
  // ReLU and max pool commute; after the pool ReLU has a sixteenth or a quarter of the work.
  auto x = torch::max_pool2d(conv1_->forward(pictures), 4).relu_();
  x = torch::max_pool2d(conv2_->forward(x), 2).relu_();
  x = torch::max_pool2d(conv3_->forward(x), 2).relu_();
  return x.flatten(1);
}

Output Cnn::forward(const torch::Tensor& pictures) {
  return {fc_->forward(torch::dropout(features(pictures), options_.dropout, is_training()))};
}

}  // namespace carica::models
