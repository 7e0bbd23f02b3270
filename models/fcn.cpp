#include "models/fcn.h"

#include "models/blocks.h"

namespace carica::models {
namespace nn = torch::nn;

FcnHead::FcnHead(const FcnHeadOptions& o)
    : map_(o.map),
      outputs_(o.outputs),
      conv_(register_module("0", make_conv({.in = o.in, .out = o.in / 4}))),
      norm_(register_module("1", nn::BatchNorm2d(o.in / 4))),
      dropout_(register_module("3", nn::Dropout(0.1))),
      classify_(register_module(
          "4", make_conv({.in = o.in / 4, .out = o.outputs, .kernel = 1, .bias = true}))) {}

torch::Tensor FcnHead::forward(const std::vector<torch::Tensor>& maps) {
  const auto x = norm_->forward(conv_->forward(maps[map_])).relu_();
  return classify_->forward(dropout_->forward(x));
}

BackboneSegmenterOptions dilated_resnet(const DilatedOptions& options) {
  auto backbone = std::make_shared<ResNetEncoder>(
      options.shape, EncoderOptions{.in_channels = options.in_channels, .output_stride = 8});
  BackboneSegmenterOptions parts = {.backbone = backbone, .heads = {"classifier.4."}};
  if (options.aux) {
    parts.aux = std::make_shared<FcnHead>(
        FcnHeadOptions{.map = 4, .in = backbone->channels()[4], .outputs = options.outputs});
    parts.heads.push_back("aux_classifier.4.");
  }
  return parts;
}

std::shared_ptr<Network> make_fcn(const std::string& name, const DilatedOptions& options) {
  auto parts = dilated_resnet(options);
  parts.rule = {.network = name, .channels = options.in_channels, .stride = 8};
  parts.classifier = std::make_shared<FcnHead>(
      FcnHeadOptions{.in = parts.backbone->channels()[5], .outputs = options.outputs});
  return std::make_shared<BackboneSegmenter>(parts);
}

}  // namespace carica::models
