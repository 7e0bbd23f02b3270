#include "models/classifiers.h"

#include <array>

#include "models/cnn.h"
#include "models/model_keys.h"
#include "models/resnet.h"

namespace carica::models {
namespace {

using config::Task;

void refuse_unet_keys(const BuildOptions& options) {
  refuse(!options.model.encoder.empty(), options, "encoder", "unet has one");
  refuse(!options.model.widths.empty(), options, "widths", "unet with the plain encoder has them");
}

void refuse_stem(const BuildOptions& options) {
  refuse(options.model.stem != "imagenet", options, "stem", "the resnet classifiers have one");
}

Stem parse_stem(const std::string& stem) {
  if (stem == "imagenet") return Stem::kImagenet;
  if (stem == "cifar") return Stem::kCifar;
  throw unknown("model.stem", stem, {"imagenet", "cifar"});
}

std::shared_ptr<Network> build_cnn(const BuildOptions& options) {
  refuse_unet_keys(options);
  refuse_stem(options);
  return std::make_shared<Cnn>(CnnOptions{.outputs = options.outputs,
                                          .in_channels = options.in_channels,
                                          .height = options.height,
                                          .width = options.width,
                                          .dropout = options.model.dropout});
}

std::shared_ptr<Network> build_resnet(const BuildOptions& options) {
  refuse_unet_keys(options);
  return std::make_shared<ResNet>(ResNetOptions{.shape = *find_resnet(options.model.name),
                                                .stem = parse_stem(options.model.stem),
                                                .outputs = options.outputs,
                                                .in_channels = options.in_channels,
                                                .dropout = options.model.dropout});
}

const std::array<ModelInfo, 4> kClassifiers = {{
    {.name = "cnn",
     .task = Task::kClassify,
     .help = "three convolutions and a linear layer, to train from scratch on pictures of one size",
     .build = build_cnn},
    {.name = "resnet18",
     .task = Task::kClassify,
     .help = "residual network, 11.7 M parameters with 1000 classes (He et al. 2016)",
     .build = build_resnet},
    {.name = "resnet34",
     .task = Task::kClassify,
     .help = "residual network, 21.8 M parameters with 1000 classes",
     .build = build_resnet},
    {.name = "resnet50",
     .task = Task::kClassify,
     .help = "residual network with bottlenecks, 25.6 M parameters with 1000 classes",
     .build = build_resnet},
}};

}  // namespace

std::span<const ModelInfo> classifiers() { return kClassifiers; }

}  // namespace carica::models
