#include "models/encoders.h"

#include <algorithm>
#include <array>
#include <utility>

#include "models/densenet.h"
#include "models/efficientnet_encoder.h"
#include "models/initialize.h"
#include "models/mobilenet_v2.h"
#include "models/model_keys.h"
#include "models/resnet_trunk.h"
#include "models/tapped_encoder.h"
#include "models/vgg.h"

namespace carica::models {
namespace {

std::shared_ptr<Encoder> build_resnet(const std::string& name, const EncoderOptions& options) {
  return std::make_shared<ResNetEncoder>(*find_resnet(name), options);
}

std::shared_ptr<Encoder> build_vgg(const std::string& name, const EncoderOptions& options) {
  auto encoder = std::make_shared<TappedEncoder>(
      TappedEncoderOptions{.layers = make_vgg_features(name, options.in_channels),
                           .taps = {5, 12, 22, 32, 42, 43},
                           .channels = {0, 128, 256, 512, 512, 512},
                           .depth = options.depth});
  initialize_backbone(*encoder);
  zero_conv_biases(*encoder);
  return encoder;
}

std::shared_ptr<Encoder> build_mobilenet_v2(const std::string&, const EncoderOptions& options) {
  auto encoder = std::make_shared<TappedEncoder>(TappedEncoderOptions{
      .layers = make_mobilenet_v2_features({.in_channels = options.in_channels}),
      .taps = {1, 3, 6, 13, 18},
      .channels = {0, 16, 24, 32, 96, 1280},
      .depth = options.depth});
  initialize_backbone(*encoder);
  return encoder;
}

/// Maps are taken inside the transitions, after their norm and ReLU, and after the last norm.
std::shared_ptr<Encoder> build_densenet(const std::string& name, const EncoderOptions& options) {
  auto encoder = std::make_shared<TappedEncoder>(TappedEncoderOptions{
      .layers = make_densenet_features({.name = name, .in_channels = options.in_channels}),
      .taps = {2, 6, 11, 16, 20},
      .channels = {0, 64, 256, 512, 1024, 1024},
      .depth = options.depth});
  initialize_backbone(*encoder, Fan::kIn);
  return encoder;
}

std::shared_ptr<Encoder> build_efficientnet(const std::string&, const EncoderOptions& options) {
  return std::make_shared<EfficientNetEncoder>(options);
}

const std::array<EncoderInfo, 9> kEncoders = {{
    {.name = "resnet18", .build = build_resnet},
    {.name = "resnet34", .build = build_resnet},
    {.name = "resnet50", .build = build_resnet},
    {.name = "resnet101", .build = build_resnet},
    {.name = "resnext50_32x4d", .build = build_resnet},
    {.name = "vgg16_bn", .build = build_vgg},
    {.name = "densenet121", .build = build_densenet},
    {.name = "mobilenet_v2", .build = build_mobilenet_v2},
    {.name = "efficientnet-b0", .build = build_efficientnet},
}};

}  // namespace

std::span<const EncoderInfo> encoders() { return kEncoders; }

std::shared_ptr<Encoder> make_encoder(const std::string& name, const EncoderOptions& options,
                                      std::vector<std::string> of_the_caller) {
  const auto found = std::ranges::find(encoders(), name, &EncoderInfo::name);
  if (found != encoders().end()) return found->build(name, options);
  auto known = std::move(of_the_caller);
  for (const auto& each : encoders()) known.push_back(each.name);
  throw unknown("model.encoder", name, known);
}

}  // namespace carica::models
