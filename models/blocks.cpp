#include "models/blocks.h"

namespace carica::models {
namespace nn = torch::nn;

nn::Conv2d make_conv(const ConvOptions& options) {
  return nn::Conv2d(nn::Conv2dOptions(options.in, options.out, options.kernel)
                        .stride(options.stride)
                        .padding(options.kernel / 2 * options.dilation)
                        .dilation(options.dilation)
                        .groups(options.groups)
                        .bias(options.bias));
}

nn::Sequential make_conv_norm(const ConvOptions& options) {
  return nn::Sequential(make_conv(options), nn::BatchNorm2d(options.out));
}

std::shared_ptr<nn::Module> wrap(const std::string& name, std::shared_ptr<nn::Module> child) {
  auto parent = std::make_shared<nn::Module>();
  parent->register_module(name, std::move(child));
  return parent;
}

DoubleConvImpl::DoubleConvImpl(std::int64_t in, std::int64_t out)
    : conv1_(register_module("conv1", make_conv_norm({.in = in, .out = out}))),
      conv2_(register_module("conv2", make_conv_norm({.in = out, .out = out}))) {}

torch::Tensor DoubleConvImpl::forward(torch::Tensor x) {
  // In place: batch norm's backward needs its input, not its output.
  x = conv1_->forward(x).relu_();
  return conv2_->forward(x).relu_();
}

}  // namespace carica::models
