#include "models/classifier_builders.h"

#include "models/cnn.h"
#include "models/lenet5.h"
#include "models/model_keys.h"
#include "models/resnet.h"

namespace carica::models {
namespace {

Stem parse_stem(const std::string& stem) {
  if (stem == "imagenet") return Stem::kImagenet;
  if (stem == "cifar") return Stem::kCifar;
  throw unknown("model.stem", stem, {"imagenet", "cifar"});
}

}  // namespace

ClassifierOptions checked_options(const BuildOptions& options, unsigned knobs) {
  const auto& model = options.model;
  refuse(!model.encoder.empty(), options, "encoder", "unet has one");
  refuse(!model.widths.empty(), options, "widths", "unet with the plain encoder has them");
  refuse((knobs & kStem) == 0 && model.stem != "imagenet", options, "stem",
         "resnet, resnext, wide_resnet, densenet, mobilenet, efficientnet, shufflenet and regnet "
         "have one");
  refuse((knobs & kDropPath) == 0 && model.drop_path.has_value(), options, "drop_path",
         "efficientnet and convnext have one");
  return {.name = model.name,
          .outputs = options.outputs,
          .in_channels = options.in_channels,
          .height = options.height,
          .width = options.width,
          .stem = parse_stem(model.stem),
          .dropout = model.dropout,
          .drop_path = model.drop_path};
}

std::shared_ptr<Network> build_cnn(const BuildOptions& options) {
  const auto checked = checked_options(options, kNoKnobs);
  return std::make_shared<Cnn>(CnnOptions{.outputs = checked.outputs,
                                          .in_channels = checked.in_channels,
                                          .height = checked.height,
                                          .width = checked.width,
                                          .dropout = checked.dropout.value_or(0)});
}

std::shared_ptr<Network> build_lenet5(const BuildOptions& options) {
  const auto checked = checked_options(options, kNoKnobs);
  return std::make_shared<LeNet5>(LeNet5Options{.outputs = checked.outputs,
                                                .in_channels = checked.in_channels,
                                                .height = checked.height,
                                                .width = checked.width,
                                                .dropout = checked.dropout.value_or(0)});
}

std::shared_ptr<Network> build_resnet(const BuildOptions& options) {
  const auto checked = checked_options(options, kStem);
  return std::make_shared<ResNet>(ResNetOptions{.shape = *find_resnet(checked.name),
                                                .stem = checked.stem,
                                                .outputs = checked.outputs,
                                                .in_channels = checked.in_channels,
                                                .dropout = checked.dropout.value_or(0)});
}

}  // namespace carica::models
