#include <array>

#include "config/describe.h"

namespace carica::config {
namespace {

constexpr Range kWeight = left_open(0, 1000);

constexpr std::array<AlternativeRow<LossTerm>, std::variant_size_v<LossTerm>> kLosses = {{
    alternative<CrossEntropyLoss, LossTerm>("cross_entropy", "softmax cross-entropy"),
    alternative<BceLoss, LossTerm>(
        "bce", "binary cross-entropy: one logit with two classes, or one per class"),
    alternative<DiceLoss, LossTerm>("dice", "1 - soft Dice, mean over the classes of the batch"),
    alternative<FocalLoss, LossTerm>("focal", "cross-entropy that turns to the hard samples"),
}};

}  // namespace

std::span<const AlternativeRow<LossTerm>> loss_table() { return kLosses; }

void describe(Visitor& v, ModelConfig& c) {
  v.field(
      "name", c.name,
      {.help =
           "`carica models` lists them; segmenters take pictures of any size, padding or rounding "
           "up: docs/segmenters.md"});
  v.field("encoder", c.encoder,
          {.help = "unet, unetplusplus, linknet, fpn, pspnet, manet: the encoder; plain exists for "
                   "unet only and is its default; the others' default is resnet34",
           .choices = {"plain", "resnet18", "resnet34", "resnet50", "resnet101", "resnext50_32x4d",
                       "vgg16_bn", "densenet121", "mobilenet_v2", "efficientnet-b0"},
           .nullable = true});
  v.field("stem", c.stem,
          {.help = "imagenet, or cifar for small pictures: the first convolution 3x3 with stride 1 "
                   "and no pooling after it; resnet, resnext, wide_resnet, densenet, mobilenet, "
                   "efficientnet, shufflenet, regnet",
           .choices = {"imagenet", "cifar"}});
  v.field(
      "widths", c.widths,
      {.help = "unet, plain encoder: maps per level, finest first; empty: 32, 64, 128, 256, 512. "
               "unet, unetplusplus, manet with another encoder: channels of the decoder's five "
               "blocks, the deepest first; empty: 256, 128, 64, 32, 16",
       .range = closed(1, 4096),
       .length = {2, 8},
       .nullable = true});
  v.field("dropout", c.dropout,
          {.help = "before a classifier's head, and between the hidden layers of alexnet and vgg; "
                   "vit: in its blocks; null: the network's own, e.g. 0.5 for vgg, 0 for resnet",
           .range = right_open(0, 1)});
  v.field("drop_path", c.drop_path,
          {.help = "efficientnet (classifier and encoder), convnext: how often the last block is "
                   "left out of a training "
                   "step, those before it less (stochastic depth); null: the network's own",
           .range = right_open(0, 1)});
  v.field("weights", c.weights,
          {.help = "weights (.safetensors, .pth) to start from, relative to where carica runs; "
                   "empty: random",
           .nullable = true});
  v.field("weights_key", c.weights_key,
          {.help = "which dict of weights in a .pth that has several, e.g. model_ema",
           .nullable = true});
  v.field("pretrained", c.pretrained,
          {.help = "torchvision's published weights of the network, or of a segmenter's encoder; "
                   "`carica weights pretrained` lists them",
           .choices = {"imagenet", "imagenet_v2"},
           .nullable = true});
  v.field("head", c.head,
          {.help = "the classifier's last layer, or the segmenter's: from the weights to start "
                   "from, or new, for other classes",
           .choices = {"load", "reinit"}});
  v.field("aux", c.aux,
          {.help = "fcn_*, deeplabv3_*: the auxiliary head of torchvision's, which adds to the "
                   "loss in training; auto: on",
           .choices = {"auto", "on", "off"}});
  v.field("aux_weight", c.aux_weight,
          {.help = "of the auxiliary head's loss", .range = closed(0, 10)});
  v.field("output_stride", c.output_stride,
          {.help = "deeplabv3plus_*: 8 or 16, pixels of the picture per pixel of the deepest map; "
                   "smaller is slower and finer; 0: 16",
           .range = closed(0, 16)});
  v.field("outputs", c.outputs,
          {.help = "evaluation of weights of other classes than the data's: the classes of the "
                   "outputs in their order; what the data do not have counts as wrong, as `other`",
           .nullable = true});
}

void describe(Visitor& v, CrossEntropyLoss& l) {
  v.field("weight", l.weight, {.help = "of this loss in the sum", .range = kWeight});
  v.field("label_smoothing", l.label_smoothing,
          {.help = "share of the truth spread over all classes; val_loss is without it",
           .range = right_open(0, 1)});
  v.field("class_weights", l.class_weights,
          {.help = "from the counts of the train split, or class_weight_list; of a "
                   "classifier's pictures also those that later are found bad; val_loss is without "
                   "them",
           .choices = {"none", "inverse", "median_frequency", "list"}});
  v.field("class_weight_list", l.class_weight_list,
          {.help = "list: one for each class, 0 or at least 1e-30; not all 0",
           .range = closed(0, 1e6),
           .nullable = true});
  v.field("fused", l.fused,
          {.help = "carica's own operators, which upsample on the way; false: torch's"});
}

void describe(Visitor& v, BceLoss& l) {
  v.field("weight", l.weight, {.help = "of this loss in the sum", .range = kWeight});
  v.field("label_smoothing", l.label_smoothing,
          {.help = "moves the targets 0 and 1 by this share towards 1 / classes; with several "
                   "labels towards one half; val_loss is without it",
           .range = right_open(0, 1)});
  v.field("head", l.head,
          {.help = "one logit or one per class; auto: binary with two classes",
           .choices = {"auto", "binary", "one_vs_rest"}});
}

void describe(Visitor& v, DiceLoss& l) {
  v.field("weight", l.weight, {.help = "of this loss in the sum", .range = kWeight});
  v.field(
      "smooth", l.smooth,
      {.help =
           "added above and below the fraction; segmentation_models.pytorch's smooth is half of "
           "it",
       .range = closed(0, 1e6)});
}

void describe(Visitor& v, FocalLoss& l) {
  v.field("weight", l.weight, {.help = "of this loss in the sum", .range = kWeight});
  v.field("gamma", l.gamma, {.help = "0 is cross-entropy", .range = closed(0, 100)});
}

}  // namespace carica::config
