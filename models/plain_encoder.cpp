#include "models/plain_encoder.h"

#include "models/blocks.h"
#include "models/initialize.h"

namespace carica::models {

PlainEncoder::PlainEncoder(std::int64_t in_channels, std::vector<std::int64_t> widths)
    : widths_(std::move(widths)), levels_(register_module("levels", torch::nn::ModuleList())) {
  std::int64_t in = in_channels;
  for (const std::int64_t width : widths_) {
    levels_->push_back(DoubleConv(in, width));
    in = width;
  }
  initialize_backbone(*this);
}

std::vector<torch::Tensor> PlainEncoder::pyramid(const torch::Tensor& pictures) {
  std::vector<torch::Tensor> maps;
  for (const auto& level : *levels_) {
    const auto x = maps.empty() ? pictures : torch::max_pool2d(maps.back(), 2);
    maps.push_back(level->as<DoubleConv>()->forward(x));
  }
  return maps;
}

}  // namespace carica::models
