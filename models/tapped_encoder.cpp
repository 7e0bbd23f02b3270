#include "models/tapped_encoder.h"

namespace carica::models {
namespace {

void flatten(const Chain& chain, std::vector<torch::nn::AnyModule>& layers) {
  for (const auto& layer : *chain) {
    if (auto inner = std::dynamic_pointer_cast<ChainImpl>(layer.ptr())) {
      flatten(Chain(inner), layers);
    } else {
      layers.push_back(layer);
    }
  }
}

}  // namespace

TappedEncoder::TappedEncoder(const TappedEncoderOptions& options)
    : taps_(options.taps),
      channels_(options.channels),
      gives_pictures_(options.taps.size() < options.channels.size()) {
  if (options.name.empty()) {
    for (const auto& child : options.layers->named_children()) {
      register_module(child.key(), child.value());
    }
  } else {
    register_module(options.name, options.layers);
  }
  const auto maps = static_cast<std::size_t>(options.depth) + 1;
  channels_.resize(maps);
  taps_.resize(maps - (gives_pictures_ ? 1 : 0));
  flatten(options.layers, layers_);
  for (std::size_t i = taps_.back() + 1; i < layers_.size(); ++i) {
    for (auto& parameter : layers_[i].ptr()->parameters()) parameter.requires_grad_(false);
  }
}

std::vector<torch::Tensor> TappedEncoder::pyramid(const torch::Tensor& pictures) {
  std::vector<torch::Tensor> maps;
  if (gives_pictures_) maps.push_back(pictures);
  auto x = pictures;
  std::size_t next = 0;
  for (const std::size_t tap : taps_) {
    for (; next <= tap; ++next) x = layers_[next].forward(x);
    maps.push_back(x);
  }
  return maps;
}

}  // namespace carica::models
