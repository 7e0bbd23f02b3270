#include "models/inverted_residual.h"

#include <algorithm>

#include "models/squeeze_excitation.h"
#include "models/stochastic_depth.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

Chain make_layers(const InvertedResidualOptions& o) {
  Chain layers;
  const auto add = [&](const ConvOptions& conv, Activation activation) {
    layers->push_back(ConvNormActivation(
        ConvNormActivationOptions{.conv = conv, .activation = activation, .norm = o.norm}));
  };
  if (o.expanded != o.in) {
    add({.in = o.in, .out = o.expanded, .kernel = 1}, o.activation);
  }
  add({.in = o.expanded,
       .out = o.expanded,
       .kernel = o.kernel,
       .stride = o.stride,
       .dilation = o.dilation,
       .groups = o.expanded},
      o.activation);
  if (o.squeezed > 0) {
    layers->push_back(SqueezeExcitation(SqueezeExcitationOptions{.channels = o.expanded,
                                                                 .squeezed = o.squeezed,
                                                                 .activation = o.squeeze_activation,
                                                                 .gate = o.squeeze_gate}));
  }
  const ConvOptions projection{.in = o.expanded, .out = o.out, .kernel = 1};
  if (o.names == InvertedResidualNames::kBlock) {
    add(projection, Activation::kNone);
  } else {
    layers->push_back(make_conv(projection));
    layers->push_back(make_norm(o.out, o.norm));
  }
  return layers;
}

}  // namespace

InvertedResidualImpl::InvertedResidualImpl(const InvertedResidualOptions& o)
    : has_shortcut_(o.stride == 1 && o.in == o.out),
      drop_path_(o.drop_path),
      layers_(register_module(o.names == InvertedResidualNames::kBlock ? "block" : "conv",
                              make_layers(o))) {}

torch::Tensor InvertedResidualImpl::forward(const torch::Tensor& x) {
  auto y = layers_->forward(x);
  if (!has_shortcut_) return y;
  return stochastic_depth(y, drop_path_, is_training()).add_(x);
}

std::int64_t round_channels(double channels) {
  const auto nearest = std::max<std::int64_t>(8, static_cast<std::int64_t>(channels + 4) / 8 * 8);
  return static_cast<double>(nearest) < 0.9 * channels ? nearest + 8 : nearest;
}

}  // namespace carica::models
