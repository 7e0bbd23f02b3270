#include "models/segmenters.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "models/model_keys.h"
#include "models/unet.h"

namespace carica::models {
namespace {

using config::Task;

std::vector<std::int64_t> plain_widths(const std::vector<int>& widths) {
  if (widths.empty()) return {32, 64, 128, 256, 512};
  const auto in_range = [](int width) { return width >= 1 && width <= 4096; };
  if (widths.size() < 2 || widths.size() > 8 || !std::ranges::all_of(widths, in_range)) {
    std::vector<std::string> texts;
    for (const int width : widths) texts.push_back(std::to_string(width));
    throw config_error(
        cat("model.widths = [", join(texts), "]: must be 2 to 8 numbers in [1, 4096]"));
  }
  return {widths.begin(), widths.end()};
}

std::shared_ptr<Network> build_unet(const BuildOptions& options) {
  refuse(options.model.stem != "imagenet", options, "stem", "the resnet classifiers have one");
  refuse(options.model.dropout > 0, options, "dropout", "the classifiers have one");
  const std::string& encoder = options.model.encoder;
  if (encoder.empty() || encoder == "plain") {
    return make_plain_unet(plain_widths(options.model.widths), options.in_channels,
                           options.outputs);
  }
  const ResNetShape* shape = find_resnet(encoder);
  if (shape == nullptr) {
    std::vector<std::string> known = {"plain"};
    for (const auto& each : resnet_shapes()) known.push_back(each.name);
    throw unknown("model.encoder", encoder, known);
  }
  if (!options.model.widths.empty()) {
    throw config_error(cat("model.widths: has no meaning for the encoder ", encoder,
                           "; leave it out, or choose encoder: plain"));
  }
  return make_resnet_unet(*shape, options.in_channels, options.outputs);
}

const std::array<ModelInfo, 1> kSegmenters = {{
    {.name = "unet",
     .task = Task::kSegment,
     .help =
         "encoder-decoder with skip connections; encoder: plain (default), resnet18, resnet34 or "
         "resnet50 (Ronneberger et al. 2015)",
     .build = build_unet},
}};

}  // namespace

std::span<const ModelInfo> segmenters() { return kSegmenters; }

}  // namespace carica::models
