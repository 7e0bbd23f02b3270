#include "models/encoders.h"

#include <algorithm>
#include <array>
#include <utility>

#include "models/model_keys.h"
#include "models/resnet_trunk.h"

namespace carica::models {
namespace {

std::shared_ptr<Encoder> build_resnet(const std::string& name, const EncoderOptions& options) {
  return std::make_shared<ResNetEncoder>(*find_resnet(name), options);
}

const std::array<EncoderInfo, 4> kEncoders = {{
    {.name = "resnet18", .build = build_resnet},
    {.name = "resnet34", .build = build_resnet},
    {.name = "resnet50", .build = build_resnet},
    {.name = "resnet101", .build = build_resnet},
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
