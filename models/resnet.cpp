#include "models/resnet.h"

#include "models/initialize.h"

namespace carica::models {

ResNet::ResNet(const ResNetOptions& options)
    : rule_{.network = options.shape.name,
            .channels = options.in_channels,
            .stride = options.stem == Stem::kImagenet ? 32 : 8},
      dropout_(options.dropout),
      trunk_(options.shape, options.stem, options.in_channels, *this),
      fc_(register_module("fc", torch::nn::Linear(trunk_.channels().back(), options.outputs))) {
  initialize_backbone(*this);
}

void ResNet::check(at::IntArrayRef pictures) const { rule_.check(pictures, *this); }

torch::Tensor ResNet::features(const torch::Tensor& pictures) {
  check(pictures.sizes());
  return torch::adaptive_avg_pool2d(trunk_.deepest(pictures), {1, 1}).flatten(1);
}

Output ResNet::forward(const torch::Tensor& pictures) {
  const auto x = features(pictures);
  return {.logits = fc_->forward(torch::dropout(x, dropout_, is_training())), .features = x};
}

}  // namespace carica::models
