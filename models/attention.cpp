#include "models/attention.h"

#include "models/blocks.h"

namespace carica::models {
namespace {

torch::nn::Conv2d make_biased(std::int64_t in, std::int64_t out, std::int64_t kernel) {
  return make_conv({.in = in, .out = out, .kernel = kernel, .bias = true});
}

}  // namespace

PositionAttentionImpl::PositionAttentionImpl(std::int64_t in)
    : top_(register_module("top_conv", make_biased(in, 64, 1))),
      center_(register_module("center_conv", make_biased(in, 64, 1))),
      bottom_(register_module("bottom_conv", make_biased(in, in, 3))),
      out_(register_module("out_conv", make_biased(in, in, 3))) {}

torch::Tensor PositionAttentionImpl::forward(const torch::Tensor& x) {
  const std::int64_t n = x.size(0), positions = x.size(2) * x.size(3);
  const auto top = top_->forward(x).flatten(2);
  const auto center = center_->forward(x).flatten(2).transpose(1, 2);
  const auto bottom = bottom_->forward(x).flatten(2).transpose(1, 2);
  const auto pairs = torch::matmul(center, top).reshape({n, positions * positions});
  const auto shares = torch::softmax(pairs, 1).reshape({n, positions, positions});
  // Positions by channels, read as channels by positions without a transposition: so does the
  // reference, and so do weights that were trained with it.
  const auto mixed = torch::matmul(shares, bottom).reshape(x.sizes());
  return out_->forward(x + mixed);
}

ChannelWeightsImpl::ChannelWeightsImpl(std::int64_t in, std::int64_t squeezed)
    : squeeze_(register_module("1", make_biased(in, squeezed, 1))),
      excite_(register_module("3", make_biased(squeezed, in, 1))) {}

torch::Tensor ChannelWeightsImpl::forward(const torch::Tensor& x) {
  const auto squeezed = squeeze_->forward(torch::adaptive_avg_pool2d(x, {1, 1})).relu_();
  return torch::sigmoid(excite_->forward(squeezed));
}

}  // namespace carica::models
