#include "models/classifiers.h"

#include <array>

#include "models/alexnet.h"
#include "models/classifier_builders.h"
#include "models/convnext.h"
#include "models/densenet.h"
#include "models/efficientnet.h"
#include "models/mobilenet_v2.h"
#include "models/mobilenet_v3.h"
#include "models/regnet.h"
#include "models/shufflenet_v2.h"
#include "models/squeezenet.h"
#include "models/vgg.h"
#include "models/vision_transformer.h"

namespace carica::models {
namespace {

using config::Task;

ModelInfo row(std::string name, std::string help,
              std::shared_ptr<Network> (*build)(const BuildOptions&), std::int64_t parameters,
              int size = 224, double top1 = 0, std::string weights = "") {
  return {.name = std::move(name),
          .task = Task::kClassify,
          .help = std::move(help),
          .build = build,
          .parameters = parameters,
          .size = size,
          .top1 = top1,
          .weights = std::move(weights)};
}

const std::array<ModelInfo, 35> kClassifiers = {{
    row("cnn",
        "three convolutions and a linear layer, to train from scratch on pictures of one size",
        build_cnn, 25'182'248, 224),
    row("lenet5",
        "two convolutions and three linear layers, for small pictures of one size (LeCun et al. "
        "1998)",
        build_lenet5, 146'156, 32),
    row("alexnet", "five convolutions and three linear layers (Krizhevsky 2014)",
        build_classifier<make_alexnet>, 61'100'840, 224, 56.522, "V1"),
    row("vgg11", "eight 3x3 convolutions and three linear layers (Simonyan & Zisserman 2015)",
        build_classifier<make_vgg>, 132'863'336, 224, 69.02, "V1"),
    row("vgg11_bn", "eight 3x3 convolutions and three linear layers, with batch norm",
        build_classifier<make_vgg>, 132'868'840, 224, 70.37, "V1"),
    row("vgg13", "ten 3x3 convolutions and three linear layers", build_classifier<make_vgg>,
        133'047'848, 224, 69.928, "V1"),
    row("vgg13_bn", "ten 3x3 convolutions and three linear layers, with batch norm",
        build_classifier<make_vgg>, 133'053'736, 224, 71.586, "V1"),
    row("vgg16", "thirteen 3x3 convolutions and three linear layers", build_classifier<make_vgg>,
        138'357'544, 224, 71.592, "V1"),
    row("vgg16_bn", "thirteen 3x3 convolutions and three linear layers, with batch norm",
        build_classifier<make_vgg>, 138'365'992, 224, 73.36, "V1"),
    row("vgg19", "sixteen 3x3 convolutions and three linear layers", build_classifier<make_vgg>,
        143'667'240, 224, 72.376, "V1"),
    row("vgg19_bn", "sixteen 3x3 convolutions and three linear layers, with batch norm",
        build_classifier<make_vgg>, 143'678'248, 224, 74.218, "V1"),
    row("resnet18", "residual network (He et al. 2016)", build_resnet, 11'689'512, 224, 69.758,
        "V1"),
    row("resnet34", "residual network", build_resnet, 21'797'672, 224, 73.314, "V1"),
    row("resnet50", "residual network with bottlenecks", build_resnet, 25'557'032, 224, 80.858,
        "V2"),
    row("resnet101", "residual network with bottlenecks", build_resnet, 44'549'160, 224, 81.886,
        "V2"),
    row("resnet152", "residual network with bottlenecks", build_resnet, 60'192'808, 224, 82.284,
        "V2"),
    row("resnext50_32x4d",
        "residual network with 32 groups of 4 channels in its bottlenecks (Xie et al. 2017)",
        build_resnet, 25'028'904, 224, 81.198, "V2"),
    row("resnext101_32x8d", "residual network with 32 groups of 8 channels in its bottlenecks",
        build_resnet, 88'791'336, 224, 82.834, "V2"),
    row("wide_resnet50_2",
        "residual network with bottlenecks of twice the width (Zagoruyko & Komodakis 2016)",
        build_resnet, 68'883'240, 224, 81.602, "V2"),
    row("densenet121", "every layer sees all before it in its block (Huang et al. 2017)",
        build_classifier<make_densenet, kStem>, 7'978'856, 224, 74.434, "V1"),
    row("densenet169", "every layer sees all before it in its block",
        build_classifier<make_densenet, kStem>, 14'149'480, 224, 75.6, "V1"),
    row("mobilenet_v2", "inverted residuals, for small devices (Sandler et al. 2018)",
        build_classifier<make_mobilenet_v2, kStem>, 3'504'872, 224, 72.154, "V2"),
    row("mobilenet_v3_small", "inverted residuals with squeeze-and-excitation (Howard et al. 2019)",
        build_classifier<make_mobilenet_v3, kStem>, 2'542'856, 224, 67.668, "V1"),
    row("mobilenet_v3_large", "inverted residuals with squeeze-and-excitation",
        build_classifier<make_mobilenet_v3, kStem>, 5'483'032, 224, 75.274, "V2"),
    row("efficientnet_b0", "inverted residuals, width and depth in balance (Tan & Le 2019)",
        build_classifier<make_efficientnet, kStem | kDropPath>, 5'288'548, 224, 77.692, "V1"),
    row("efficientnet_b1", "inverted residuals, deeper",
        build_classifier<make_efficientnet, kStem | kDropPath>, 7'794'184, 240, 79.838, "V2"),
    row("efficientnet_b2", "inverted residuals, wider and deeper",
        build_classifier<make_efficientnet, kStem | kDropPath>, 9'109'994, 288, 80.608, "V1"),
    row("efficientnet_b3", "inverted residuals, wider and deeper",
        build_classifier<make_efficientnet, kStem | kDropPath>, 12'233'232, 300, 82.008, "V1"),
    row("efficientnet_b4", "inverted residuals, wider and deeper",
        build_classifier<make_efficientnet, kStem | kDropPath>, 19'341'616, 380, 83.384, "V1"),
    row("shufflenet_v2_x1_0", "interleaves the halves of its channels (Ma et al. 2018)",
        build_classifier<make_shufflenet_v2, kStem>, 2'278'604, 224, 69.362, "V1"),
    row("squeezenet1_1", "squeezes and expands channels, no linear layer (Iandola et al. 2016)",
        build_classifier<make_classifier<SqueezeNet>>, 1'235'496, 224, 58.178, "V1"),
    row("regnet_y_400mf", "grouped bottlenecks, widths by a rule (Radosavovic et al. 2020)",
        build_classifier<make_regnet, kStem>, 4'344'144, 224, 75.804, "V2"),
    row("convnext_tiny",
        "a convolutional network after the transformers' fashion (Liu et al. 2022)",
        build_classifier<make_convnext, kDropPath>, 28'589'128, 224, 82.52, "V1"),
    row("convnext_small", "a convolutional network after the transformers' fashion",
        build_classifier<make_convnext, kDropPath>, 50'223'688, 224, 83.616, "V1"),
    row("vit_b_16", "transformer over patches of 16x16 px (Dosovitskiy et al. 2021)",
        build_classifier<make_classifier<VisionTransformer>>, 86'567'656, 224, 81.072, "V1"),
}};

}  // namespace

std::span<const ModelInfo> classifiers() { return kClassifiers; }

}  // namespace carica::models
