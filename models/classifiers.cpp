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
              std::shared_ptr<Network> (*build)(const BuildOptions&), const Cost& cost, int size,
              double top1 = 0, std::string weights = "") {
  return {.name = std::move(name),
          .task = Task::kClassify,
          .help = std::move(help),
          .build = build,
          .cost = cost,
          .size = size,
          .top1 = top1,
          .weights = std::move(weights)};
}

const std::array<ModelInfo, 35> kClassifiers = {{
    row("cnn",
        "three convolutions and a linear layer, to train from scratch on pictures of one size",
        build_cnn, {25'182'248, 184'045'568, 25088}, 224),
    row("lenet5",
        "two convolutions and three linear layers, for small pictures of one size (LeCun et al. "
        "1998)",
        build_lenet5, {146'156, 734'880, 84}, 32),
    row("alexnet", "five convolutions and three linear layers (Krizhevsky 2014)",
        build_classifier<make_alexnet>, {61'100'840, 714'188'480, 4096}, 224, 56.522, "V1"),
    row("vgg11", "eight 3x3 convolutions and three linear layers (Simonyan & Zisserman 2015)",
        build_classifier<make_vgg>, {132'863'336, 7'609'090'048, 4096}, 224, 69.02, "V1"),
    row("vgg11_bn", "eight 3x3 convolutions and three linear layers, with batch norm",
        build_classifier<make_vgg>, {132'868'840, 7'609'090'048, 4096}, 224, 70.37, "V1"),
    row("vgg13", "ten 3x3 convolutions and three linear layers", build_classifier<make_vgg>,
        {133'047'848, 11'308'466'176, 4096}, 224, 69.928, "V1"),
    row("vgg13_bn", "ten 3x3 convolutions and three linear layers, with batch norm",
        build_classifier<make_vgg>, {133'053'736, 11'308'466'176, 4096}, 224, 71.586, "V1"),
    row("vgg16", "thirteen 3x3 convolutions and three linear layers", build_classifier<make_vgg>,
        {138'357'544, 15'470'264'320, 4096}, 224, 71.592, "V1"),
    row("vgg16_bn", "thirteen 3x3 convolutions and three linear layers, with batch norm",
        build_classifier<make_vgg>, {138'365'992, 15'470'264'320, 4096}, 224, 73.36, "V1"),
    row("vgg19", "sixteen 3x3 convolutions and three linear layers", build_classifier<make_vgg>,
        {143'667'240, 19'632'062'464, 4096}, 224, 72.376, "V1"),
    row("vgg19_bn", "sixteen 3x3 convolutions and three linear layers, with batch norm",
        build_classifier<make_vgg>, {143'678'248, 19'632'062'464, 4096}, 224, 74.218, "V1"),
    row("resnet18", "residual network (He et al. 2016)", build_resnet,
        {11'689'512, 1'814'073'344, 512}, 224, 69.758, "V1"),
    row("resnet34", "residual network", build_resnet, {21'797'672, 3'663'761'408, 512}, 224, 73.314,
        "V1"),
    row("resnet50", "residual network with bottlenecks", build_resnet,
        {25'557'032, 4'089'184'256, 2048}, 224, 80.858, "V2"),
    row("resnet101", "residual network with bottlenecks", build_resnet,
        {44'549'160, 7'801'405'440, 2048}, 224, 81.886, "V2"),
    row("resnet152", "residual network with bottlenecks", build_resnet,
        {60'192'808, 11'513'626'624, 2048}, 224, 82.284, "V2"),
    row("resnext50_32x4d",
        "residual network with 32 groups of 4 channels in its bottlenecks (Xie et al. 2017)",
        build_resnet, {25'028'904, 4'230'479'872, 2048}, 224, 81.198, "V2"),
    row("resnext101_32x8d", "residual network with 32 groups of 8 channels in its bottlenecks",
        build_resnet, {88'791'336, 16'414'015'488, 2048}, 224, 82.834, "V2"),
    row("wide_resnet50_2",
        "residual network with bottlenecks of twice the width (Zagoruyko & Komodakis 2016)",
        build_resnet, {68'883'240, 11'398'021'120, 2048}, 224, 81.602, "V2"),
    row("densenet121", "every layer sees all before it in its block (Huang et al. 2017)",
        build_classifier<make_densenet, kStem>, {7'978'856, 2'834'161'664, 1024}, 224, 74.434,
        "V1"),
    row("densenet169", "every layer sees all before it in its block",
        build_classifier<make_densenet, kStem>, {14'149'480, 3'359'843'328, 1664}, 224, 75.6, "V1"),
    row("mobilenet_v2", "inverted residuals, for small devices (Sandler et al. 2018)",
        build_classifier<make_mobilenet_v2, kStem>, {3'504'872, 300'774'272, 1280}, 224, 72.154,
        "V2"),
    row("mobilenet_v3_small", "inverted residuals with squeeze-and-excitation (Howard et al. 2019)",
        build_classifier<make_mobilenet_v3, kStem>, {2'542'856, 56'510'400, 1024}, 224, 67.668,
        "V1"),
    row("mobilenet_v3_large", "inverted residuals with squeeze-and-excitation",
        build_classifier<make_mobilenet_v3, kStem>, {5'483'032, 216'589'760, 1280}, 224, 75.274,
        "V2"),
    row("efficientnet_b0", "inverted residuals, width and depth in balance (Tan & Le 2019)",
        build_classifier<make_efficientnet, kStem | kDropPath>, {5'288'548, 385'814'752, 1280}, 224,
        77.692, "V1"),
    row("efficientnet_b1", "inverted residuals, deeper",
        build_classifier<make_efficientnet, kStem | kDropPath>, {7'794'184, 686'802'832, 1280}, 240,
        79.838, "V2"),
    row("efficientnet_b2", "inverted residuals, wider and deeper",
        build_classifier<make_efficientnet, kStem | kDropPath>, {9'109'994, 1'087'529'456, 1408},
        288, 80.608, "V1"),
    row("efficientnet_b3", "inverted residuals, wider and deeper",
        build_classifier<make_efficientnet, kStem | kDropPath>, {12'233'232, 1'827'141'392, 1536},
        300, 82.008, "V1"),
    row("efficientnet_b4", "inverted residuals, wider and deeper",
        build_classifier<make_efficientnet, kStem | kDropPath>, {19'341'616, 4'393'771'024, 1792},
        380, 83.384, "V1"),
    row("shufflenet_v2_x1_0", "interleaves the halves of its channels (Ma et al. 2018)",
        build_classifier<make_shufflenet_v2, kStem>, {2'278'604, 144'907'992, 1024}, 224, 69.362,
        "V1"),
    row("squeezenet1_1", "squeezes and expands channels, no linear layer (Iandola et al. 2016)",
        build_classifier<make_classifier<SqueezeNet>>, {1'235'496, 349'151'936, 512}, 224, 58.178,
        "V1"),
    row("regnet_y_400mf", "grouped bottlenecks, widths by a rule (Radosavovic et al. 2020)",
        build_classifier<make_regnet, kStem>, {4'344'144, 401'842'848, 440}, 224, 75.804, "V2"),
    row("convnext_tiny",
        "a convolutional network after the transformers' fashion (Liu et al. 2022)",
        build_classifier<make_convnext, kDropPath>, {28'589'128, 4'455'531'264, 768}, 224, 82.52,
        "V1"),
    row("convnext_small", "a convolutional network after the transformers' fashion",
        build_classifier<make_convnext, kDropPath>, {50'223'688, 8'683'712'256, 768}, 224, 83.616,
        "V1"),
    row("vit_b_16", "transformer over patches of 16x16 px (Dosovitskiy et al. 2021)",
        build_classifier<make_classifier<VisionTransformer>>, {86'567'656, 17'563'828'224, 768},
        224, 81.072, "V1"),
}};

}  // namespace

std::span<const ModelInfo> classifiers() { return kClassifiers; }

}  // namespace carica::models
