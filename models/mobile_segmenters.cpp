#include "models/mobile_segmenters.h"

#include "models/blocks.h"
#include "models/deeplabv3.h"
#include "models/initialize.h"
#include "models/mobilenet_v3.h"
#include "models/tapped_encoder.h"
#include "ops/resize.h"

namespace carica::models {
namespace nn = torch::nn;
namespace {

constexpr std::size_t kEighth = 3;  // the map at 1/8 of the resolution
constexpr std::int64_t kLrasppWidth = 128;

std::shared_ptr<Encoder> make_backbone(std::int64_t in_channels) {
  auto backbone = std::make_shared<TappedEncoder>(
      TappedEncoderOptions{.layers = make_dilated_mobilenet_v3_features(in_channels),
                           .name = "",
                           .taps = {1, 3, 4, 12, 16},
                           .channels = {0, 16, 24, 40, 112, 960}});
  initialize_backbone(*backbone);
  zero_conv_biases(*backbone);
  return backbone;
}

InputRule rule(const std::string& name, const MobileSegmenterOptions& options) {
  return {.network = name, .channels = options.in_channels, .stride = 16};
}

}  // namespace

LrasppHead::LrasppHead(const LrasppHeadOptions& o)
    : outputs_(o.outputs),
      cbr_(
          register_module("cbr", make_conv_norm({.in = o.high, .out = kLrasppWidth, .kernel = 1}))),
      scale_(make_conv({.in = o.high, .out = kLrasppWidth, .kernel = 1})),
      low_(nullptr),
      high_(nullptr) {
  register_module("scale", wrap("1", scale_.ptr()));
  low_ = register_module("low_classifier",
                         make_conv({.in = o.low, .out = o.outputs, .kernel = 1, .bias = true}));
  high_ =
      register_module("high_classifier",
                      make_conv({.in = kLrasppWidth, .out = o.outputs, .kernel = 1, .bias = true}));
}

torch::Tensor LrasppHead::forward(const std::vector<torch::Tensor>& maps) {
  const auto& low = maps[kEighth];
  const auto average = torch::adaptive_avg_pool2d(maps.back(), {1, 1});
  auto x = cbr_->forward(maps.back()).relu_() * torch::sigmoid(scale_->forward(average));
  x = ops::upsample_bilinear(x, low.size(2), low.size(3), /*align_corners=*/false);
  return low_->forward(low) + high_->forward(x);
}

std::shared_ptr<Network> make_deeplabv3_mobilenet(const std::string& name,
                                                  const MobileSegmenterOptions& options) {
  const auto backbone = make_backbone(options.in_channels);
  auto checks = rule(name, options);
  checks.averages_pictures = true;
  BackboneSegmenterOptions parts = {
      .rule = checks,
      .backbone = backbone,
      .classifier = std::make_shared<DeepLabHead>(
          DeepLabHeadOptions{.in = backbone->channels().back(), .outputs = options.outputs}),
      .heads = {"classifier.4."}};
  if (options.aux) {
    parts.aux = std::make_shared<FcnHead>(FcnHeadOptions{
        .map = kEighth, .in = backbone->channels()[kEighth], .outputs = options.outputs});
    parts.heads.push_back("aux_classifier.4.");
  }
  return std::make_shared<BackboneSegmenter>(parts);
}

std::shared_ptr<Network> make_lraspp(const std::string& name,
                                     const MobileSegmenterOptions& options) {
  const auto backbone = make_backbone(options.in_channels);
  return std::make_shared<BackboneSegmenter>(BackboneSegmenterOptions{
      .rule = rule(name, options),
      .backbone = backbone,
      .classifier =
          std::make_shared<LrasppHead>(LrasppHeadOptions{.low = backbone->channels()[kEighth],
                                                         .high = backbone->channels().back(),
                                                         .outputs = options.outputs}),
      .heads = {"classifier.low_classifier.", "classifier.high_classifier."}});
}

}  // namespace carica::models
