#include "models/deeplabv3plus.h"

#include "models/blocks.h"
#include "models/deeplab_mobilenet.h"
#include "models/initialize.h"
#include "models/resnet_trunk.h"
#include "ops/resize.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

constexpr std::size_t kLow = 2;  // the map at 1/4 of the resolution
constexpr std::int64_t kLowWidth = 48;

AsppOptions aspp_options(const DeepLabV3PlusHeadOptions& options) {
  AsppOptions aspp = {.in = options.backbone.back(), .rates = {6, 12, 18}, .dropout = 0.1};
  for (auto& rate : aspp.rates) rate = rate * 16 / options.output_stride;
  return aspp;
}

std::shared_ptr<Encoder> make_backbone(const DeepLabV3PlusOptions& options) {
  const EncoderOptions encoder = {.in_channels = options.in_channels,
                                  .output_stride = options.output_stride};
  if (options.backbone == "mobilenet") return std::make_shared<DeepLabMobileNet>(encoder);
  return std::make_shared<ResNetEncoder>(*find_resnet(options.backbone), encoder);
}

}  // namespace

DeepLabV3PlusHead::DeepLabV3PlusHead(const DeepLabV3PlusHeadOptions& o)
    : outputs_(o.outputs),
      project_(register_module(
          "project", make_conv_norm({.in = o.backbone[kLow], .out = kLowWidth, .kernel = 1}))),
      aspp_(register_module("aspp", Aspp(aspp_options(o)))),
      conv_(make_conv({.in = kLowWidth + AsppImpl::kOut, .out = 256})),
      norm_(256),
      classify_(make_conv({.in = 256, .out = o.outputs, .kernel = 1, .bias = true})) {
  auto classifier = register_module("classifier", std::make_shared<nn::Module>());
  classifier->register_module("0", conv_);
  classifier->register_module("1", norm_);
  classifier->register_module("3", classify_);
  initialize_backbone(*this, Fan::kIn);  // as the reference
}

torch::Tensor DeepLabV3PlusHead::forward(const std::vector<torch::Tensor>& maps) {
  const auto low = project_->forward(maps[kLow]).relu_();
  const auto deep = ops::upsample_bilinear(aspp_->forward(maps.back()), low.size(2), low.size(3),
                                           /*align_corners=*/false);
  const auto x = conv_->forward(torch::cat({low, deep}, 1));
  return classify_->forward(norm_->forward(x).relu_());
}

std::shared_ptr<Network> make_deeplabv3plus(const DeepLabV3PlusOptions& options) {
  const auto backbone = make_backbone(options);
  BackboneSegmenterOptions parts;
  parts.rule.network = options.name;
  parts.rule.channels = options.in_channels;
  parts.rule.stride = options.output_stride;
  parts.rule.averages_pictures = true;
  if (options.backbone == "mobilenet") parts.rule.smallest = DeepLabMobileNet::kSmallest;
  parts.backbone = backbone;
  parts.classifier = std::make_shared<DeepLabV3PlusHead>(
      DeepLabV3PlusHeadOptions{.backbone = backbone->channels(),
                               .output_stride = options.output_stride,
                               .outputs = options.outputs});
  parts.heads = {"classifier.classifier.3."};
  return std::make_shared<BackboneSegmenter>(parts);
}

}  // namespace carica::models
