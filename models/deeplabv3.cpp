#include "models/deeplabv3.h"

#include "models/blocks.h"

namespace carica::models {
namespace nn = torch::nn;

DeepLabHead::DeepLabHead(const DeepLabHeadOptions& o)
    : outputs_(o.outputs),
      aspp_(register_module("0",
                            Aspp(AsppOptions{.in = o.in, .rates = {12, 24, 36}, .dropout = 0.5}))),
      conv_(register_module("1", make_conv({.in = AsppImpl::kOut, .out = 256}))),
      norm_(register_module("2", nn::BatchNorm2d(256))),
      classify_(register_module(
          "4", make_conv({.in = 256, .out = o.outputs, .kernel = 1, .bias = true}))) {}

torch::Tensor DeepLabHead::forward(const std::vector<torch::Tensor>& maps) {
  const auto x = conv_->forward(aspp_->forward(maps.back()));
  return classify_->forward(norm_->forward(x).relu_());
}

std::shared_ptr<Network> make_deeplabv3(const std::string& name, const DilatedOptions& options) {
  auto parts = dilated_resnet(options);
  parts.rule = {
      .network = name, .channels = options.in_channels, .stride = 8, .averages_pictures = true};
  parts.classifier = std::make_shared<DeepLabHead>(
      DeepLabHeadOptions{.in = parts.backbone->channels()[5], .outputs = options.outputs});
  return std::make_shared<BackboneSegmenter>(parts);
}

}  // namespace carica::models
