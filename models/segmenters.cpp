#include "models/segmenters.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "models/deeplabv3.h"
#include "models/deeplabv3plus.h"
#include "models/encoders.h"
#include "models/fcn.h"
#include "models/fpn.h"
#include "models/linknet.h"
#include "models/manet.h"
#include "models/mobile_segmenters.h"
#include "models/model_keys.h"
#include "models/pspnet.h"
#include "models/segnet.h"
#include "models/unet.h"
#include "models/unetplusplus.h"

namespace carica::models {
namespace {

using config::Task;

/// The keys of the section `model` that only some networks have.
struct Keys {
  bool encoder = false, widths = false;
  SegmenterKeys segmenter = {};
};

void refuse_others(const BuildOptions& options, const Keys& has) {
  const auto& model = options.model;
  refuse(model.stem != "imagenet", options, "stem", "the resnet classifiers have one");
  refuse(model.dropout.has_value(), options, "dropout", "the classifiers have one");
  refuse(model.drop_path.has_value() && !(has.encoder && model.encoder.starts_with("efficientnet")),
         options, "drop_path", "some classifiers and the encoder efficientnet-b0 have one");
  refuse(!has.encoder && !model.encoder.empty(), options, "encoder",
         "unet, unetplusplus, linknet, fpn, pspnet and manet have one");
  refuse(!has.widths && !model.widths.empty(), options, "widths",
         "unet, unetplusplus and manet have them");
  refuse_segmenter_keys(options, has.segmenter);
}

/// model.widths, or `usual` where there are none. The config's description and its check of widths
/// together with encoders have checked them, where there was a config.
std::vector<std::int64_t> widths_of(const BuildOptions& options, std::size_t least,
                                    std::size_t most, std::vector<std::int64_t> usual) {
  const auto& widths = options.model.widths;
  if (widths.empty()) return usual;
  const auto in_range = [](int width) { return width >= 1 && width <= 4096; };
  if (widths.size() < least || widths.size() > most || !std::ranges::all_of(widths, in_range)) {
    std::vector<std::string> texts;
    for (const int width : widths) texts.push_back(std::to_string(width));
    throw config_error(cat("model.widths = [", join(texts), "]: must be ",
                           least == most ? cat(least) : cat(least, " to ", most),
                           " numbers in [1, 4096]"));
  }
  return {widths.begin(), widths.end()};
}

/// Channels of segmentation_models.pytorch's decoders, the deepest first.
std::vector<std::int64_t> decoder_widths(const BuildOptions& options) {
  return widths_of(options, 5, 5, {256, 128, 64, 32, 16});
}

DecoderShape decoder_shape(const BuildOptions& options) {
  return {.widths = decoder_widths(options),
          .center = options.model.encoder.starts_with("vgg")};  // as segmentation_models.pytorch's
}

EncoderDecoderOptions without_encoder(const BuildOptions& options) {
  return {.network = options.model.name,
          .in_channels = options.in_channels,
          .outputs = options.outputs};
}

/// The encoder that the config names, resnet34 by default as in segmentation_models.pytorch.
EncoderDecoderOptions with_encoder(const BuildOptions& options, std::int64_t depth = 5) {
  auto parts = without_encoder(options);
  const std::string& encoder = options.model.encoder;
  const bool has_plain = options.model.name == "unet";
  parts.encoder = make_encoder(
      encoder.empty() ? "resnet34" : encoder,
      {.in_channels = options.in_channels, .depth = depth, .drop_path = options.model.drop_path},
      has_plain ? std::vector<std::string>{"plain"} : std::vector<std::string>{});
  return parts;
}

std::shared_ptr<Network> build_unet(const BuildOptions& options) {
  refuse_others(options, {.encoder = true, .widths = true});
  if (options.model.encoder.empty() || options.model.encoder == "plain") {
    return make_plain_unet(without_encoder(options),
                           widths_of(options, 2, 8, {32, 64, 128, 256, 512}));
  }
  return make_unet(with_encoder(options), decoder_shape(options));
}

std::shared_ptr<Network> build_unetplusplus(const BuildOptions& options) {
  refuse_others(options, {.encoder = true, .widths = true});
  return make_unetplusplus(with_encoder(options), decoder_shape(options));
}

std::shared_ptr<Network> build_linknet(const BuildOptions& options) {
  refuse_others(options, {.encoder = true});
  return make_linknet(with_encoder(options));
}

std::shared_ptr<Network> build_fpn(const BuildOptions& options) {
  refuse_others(options, {.encoder = true});
  return make_fpn(with_encoder(options));
}

std::shared_ptr<Network> build_pspnet(const BuildOptions& options) {
  refuse_others(options, {.encoder = true});
  return make_pspnet(with_encoder(options, 3));
}

std::shared_ptr<Network> build_manet(const BuildOptions& options) {
  refuse_others(options, {.encoder = true, .widths = true});
  return make_manet(with_encoder(options), decoder_widths(options));
}

/// Whether the auxiliary head is wanted.
bool wants_aux(const BuildOptions& options) {
  refuse_others(options, {.segmenter = {.aux = true}});
  const std::string& aux = options.model.aux;
  if (aux != "auto" && aux != "on" && aux != "off") {
    throw unknown("model.aux", aux, {"auto", "on", "off"});
  }
  const bool weighs = options.model.aux_weight != config::ModelConfig{}.aux_weight;
  if (aux == "off" && weighs) {
    throw config_error("model.aux_weight: excludes aux: off; one of them must be left out");
  }
  return aux != "off";
}

/// The residual network that a name ends in: fcn_resnet50.
DilatedOptions dilated(const BuildOptions& options) {
  const std::string& name = options.model.name;
  return {.shape = *find_resnet(name.substr(name.find('_') + 1)),
          .in_channels = options.in_channels,
          .outputs = options.outputs,
          .aux = wants_aux(options)};
}

std::shared_ptr<Network> build_fcn(const BuildOptions& options) {
  return make_fcn(options.model.name, dilated(options));
}

std::shared_ptr<Network> build_deeplabv3(const BuildOptions& options) {
  return make_deeplabv3(options.model.name, dilated(options));
}

MobileSegmenterOptions mobile(const BuildOptions& options, bool aux) {
  return {.in_channels = options.in_channels, .outputs = options.outputs, .aux = aux};
}

std::shared_ptr<Network> build_deeplabv3_mobilenet(const BuildOptions& options) {
  return make_deeplabv3_mobilenet(options.model.name, mobile(options, wants_aux(options)));
}

std::shared_ptr<Network> build_lraspp(const BuildOptions& options) {
  refuse_others(options, {});
  return make_lraspp(options.model.name, mobile(options, false));
}

std::shared_ptr<Network> build_deeplabv3plus(const BuildOptions& options) {
  refuse_others(options, {.segmenter = {.output_stride = true}});
  const int stride = options.model.output_stride;
  if (stride != 0 && stride != 8 && stride != 16) {
    throw config_error(cat("model.output_stride = ", stride, ": must be 8 or 16"));
  }
  const std::string& name = options.model.name;
  return make_deeplabv3plus({.name = name,
                             .backbone = name.substr(name.find('_') + 1),
                             .in_channels = options.in_channels,
                             .outputs = options.outputs,
                             .output_stride = stride == 0 ? 16 : stride});
}

std::shared_ptr<Network> build_segnet(const BuildOptions& options) {
  refuse_others(options, {});
  return std::make_shared<SegNet>(
      SegNetOptions{.in_channels = options.in_channels, .outputs = options.outputs});
}

const std::array<ModelInfo, 16> kSegmenters = {{
    {.name = "unet",
     .task = Task::kSegment,
     .help = "encoder-decoder with skip connections; encoder: plain by default (Ronneberger et al. "
             "2015)",
     .build = build_unet,
     .cost = {7'240'981, 46'841'987'072, 512},
     .size = 512},
    {.name = "unetplusplus",
     .task = Task::kSegment,
     .help = "a U-Net with nested skip connections (Zhou et al. 2018)",
     .build = build_unetplusplus,
     .cost = {26'081'509, 74'289'512'448, 512},
     .size = 512},
    {.name = "linknet",
     .task = Task::kSegment,
     .help = "a small decoder that adds the encoder's maps (Chaurasia & Culurciello 2017)",
     .build = build_linknet,
     .cost = {21'772'597, 20'287'848'448, 512},
     .size = 512},
    {.name = "fpn",
     .task = Task::kSegment,
     .help = "feature pyramid, 1/4 of the resolution (Kirillov et al. 2019)",
     .build = build_fpn,
     .cost = {23'157'973, 27'462'205'440, 512},
     .size = 512},
    {.name = "pspnet",
     .task = Task::kSegment,
     .help = "pyramid pooling of maps at 1/8 of the resolution (Zhao et al. 2017)",
     .build = build_pspnet,
     .cost = {21'530'165, 9'737'281'536, 128},
     .size = 512},
    {.name = "manet",
     .task = Task::kSegment,
     .help = "a U-Net with attention over positions and channels (Fan et al. 2020)",
     .build = build_manet,
     .cost = {31'786'533, 34'045'188'096, 512},
     .size = 512},
    {.name = "fcn_resnet50",
     .task = Task::kSegment,
     .help = "a classifier on dilated maps, logits at 1/8 (Long et al. 2015)",
     .build = build_fcn,
     .cost = {35'322'218, 138'367'991'808, 2048},
     .size = 512},
    {.name = "fcn_resnet101",
     .task = Task::kSegment,
     .help = "the same on a deeper backbone",
     .build = build_fcn,
     .cost = {54'314'346, 215'945'838'592, 2048},
     .size = 512},
    {.name = "deeplabv3_resnet50",
     .task = Task::kSegment,
     .help = "atrous pyramid on dilated maps, logits at 1/8 (Chen et al. 2017)",
     .build = build_deeplabv3,
     .cost = {42'004'074, 163'579'428'864, 2048},
     .size = 512},
    {.name = "deeplabv3_resnet101",
     .task = Task::kSegment,
     .help = "the same on a deeper backbone",
     .build = build_deeplabv3,
     .cost = {60'996'202, 241'157'275'648, 2048},
     .size = 512},
    {.name = "deeplabv3_mobilenet_v3_large",
     .task = Task::kSegment,
     .help = "the same on MobileNetV3, logits at 1/16",
     .build = build_deeplabv3_mobilenet,
     .cost = {11'029'328, 9'825'968'000, 960},
     .size = 512},
    {.name = "lraspp_mobilenet_v3_large",
     .task = Task::kSegment,
     .help = "the smallest head, logits at 1/8 (Howard et al. 2019)",
     .build = build_lraspp,
     .cost = {3'221'538, 1'974'665'088, 960},
     .size = 512},
    {.name = "deeplabv3plus_resnet50",
     .task = Task::kSegment,
     .help = "atrous pyramid joined with maps at 1/4, logits at 1/4 (Chen et al. 2018)",
     .build = build_deeplabv3plus,
     .cost = {39'761'845, 59'559'641'088, 2048},
     .size = 512},
    {.name = "deeplabv3plus_resnet101",
     .task = Task::kSegment,
     .help = "the same on a deeper backbone",
     .build = build_deeplabv3plus,
     .cost = {58'753'973, 78'954'102'784, 2048},
     .size = 512},
    {.name = "deeplabv3plus_mobilenet",
     .task = Task::kSegment,
     .help = "the same on MobileNetV2",
     .build = build_deeplabv3plus,
     .cost = {5'225'717, 16'815'782'016, 320},
     .size = 512},
    {.name = "segnet",
     .task = Task::kSegment,
     .help = "VGG16 and its mirror image with remembered maxima (Badrinarayanan et al. 2017)",
     .build = build_segnet,
     .cost = {29'455'125, 163'074'539'520, 512},
     .size = 512},
}};

}  // namespace

std::span<const ModelInfo> segmenters() { return kSegmenters; }

}  // namespace carica::models
