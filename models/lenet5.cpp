#include "models/lenet5.h"

#include "models/blocks.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

InputRule rule_of(const LeNet5Options& options) {
  const InputRule rule{.network = "lenet5",
                       .channels = options.in_channels,
                       .smallest = LeNet5::kSmallest,
                       .batch_norm = false};
  rule.check_size(options.height, options.width, "resize the pictures in transforms");
  return rule;
}

nn::Conv2d make_valid_conv(std::int64_t in, std::int64_t out) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, 5));
}

std::int64_t flat_size(const LeNet5Options& options) {
  const auto side = [](std::int64_t pixels) { return ((pixels - 4) / 2 - 4) / 2; };
  return 16 * side(options.height) * side(options.width);
}

}  // namespace

LeNet5::LeNet5(const LeNet5Options& options)
    : options_(options),
      rule_(rule_of(options)),
      conv1_(register_module("conv1", make_valid_conv(options.in_channels, 6))),
      conv2_(register_module("conv2", make_valid_conv(6, 16))),
      fc1_(register_module("fc1", nn::Linear(flat_size(options), 120))),
      fc2_(register_module("fc2", nn::Linear(120, 84))),
      fc3_(register_module("fc3", nn::Linear(84, options.outputs))) {}

void LeNet5::check(at::IntArrayRef pictures) const {
  rule_.check(pictures, *this);
  rule_.check_built_for(pictures, options_.height, options_.width);
}

torch::Tensor LeNet5::features(const torch::Tensor& pictures) {
  check(pictures.sizes());
  auto x = torch::max_pool2d(conv1_->forward(pictures), 2).relu_();
  x = torch::max_pool2d(conv2_->forward(x), 2).relu_();
  x = fc1_->forward(x.flatten(1)).relu_();
  return fc2_->forward(x).relu_();
}

Output LeNet5::forward(const torch::Tensor& pictures) {
  const auto x = features(pictures);
  return {.logits = fc3_->forward(torch::dropout(x, options_.dropout, is_training())),
          .features = x};
}

}  // namespace carica::models
