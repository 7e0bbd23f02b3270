#include "models/residual_blocks.h"

#include "models/blocks.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

/// Brings the shortcut to the block's output shape; empty where it has that shape already.
nn::Sequential make_downsample(const ResidualOptions& options, std::int64_t out) {
  if (options.stride == 1 && options.in == out) return nullptr;
  return make_conv_norm({.in = options.in, .out = out, .kernel = 1, .stride = options.stride});
}

std::int64_t inner(const ResidualOptions& o) { return o.planes * o.group_width / 64 * o.groups; }

// In place below: batch norm's backward needs its input, never its output.
torch::Tensor add_shortcut(torch::Tensor y, const torch::Tensor& x, nn::Sequential& downsample) {
  return y.add_(downsample.is_empty() ? x : downsample->forward(x)).relu_();
}

}  // namespace

BasicBlockImpl::BasicBlockImpl(const ResidualOptions& o)
    : downsample_(make_downsample(o, o.planes)),
      conv1_(
          register_module("conv1", make_conv({.in = o.in, .out = o.planes, .stride = o.stride}))),
      bn1_(register_module("bn1", nn::BatchNorm2d(o.planes))),
      conv2_(register_module("conv2", make_conv({.in = o.planes, .out = o.planes}))),
      bn2_(register_module("bn2", nn::BatchNorm2d(o.planes))) {
  if (!downsample_.is_empty()) register_module("downsample", downsample_);
}

torch::Tensor BasicBlockImpl::forward(const torch::Tensor& x) {
  auto y = bn1_->forward(conv1_->forward(x)).relu_();
  y = bn2_->forward(conv2_->forward(y));
  return add_shortcut(y, x, downsample_);
}

BottleneckImpl::BottleneckImpl(const ResidualOptions& o)
    : downsample_(make_downsample(o, o.planes * kExpansion)),
      conv1_(register_module("conv1", make_conv({.in = o.in, .out = inner(o), .kernel = 1}))),
      bn1_(register_module("bn1", nn::BatchNorm2d(inner(o)))),
      conv2_(register_module("conv2", make_conv({.in = inner(o),
                                                 .out = inner(o),
                                                 .stride = o.stride,
                                                 .dilation = o.dilation,
                                                 .groups = o.groups}))),
      bn2_(register_module("bn2", nn::BatchNorm2d(inner(o)))),
      conv3_(register_module(
          "conv3", make_conv({.in = inner(o), .out = o.planes * kExpansion, .kernel = 1}))),
      bn3_(register_module("bn3", nn::BatchNorm2d(o.planes * kExpansion))) {
  if (!downsample_.is_empty()) register_module("downsample", downsample_);
}

torch::Tensor BottleneckImpl::forward(const torch::Tensor& x) {
  auto y = bn1_->forward(conv1_->forward(x)).relu_();
  y = bn2_->forward(conv2_->forward(y)).relu_();
  y = bn3_->forward(conv3_->forward(y));
  return add_shortcut(y, x, downsample_);
}

}  // namespace carica::models
