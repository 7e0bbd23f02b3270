#include <array>

#include "config/describe.h"

namespace carica::config {
namespace {

constexpr Range kSide = closed(1, 32768);

constexpr std::array<AlternativeRow<TransformOptions>, std::variant_size_v<TransformOptions>>
    kTransforms = {{
        alternative<Resize, TransformOptions>("Resize", "resizes the picture"),
        alternative<CenterCrop, TransformOptions>("CenterCrop", "cuts out the middle"),
        alternative<RandomCrop, TransformOptions>("RandomCrop", "cuts out a random place"),
        alternative<RandomResizedCrop, TransformOptions>(
            "RandomResizedCrop", "cuts out a random share of the picture and resizes it"),
        alternative<RandomHorizontalFlip, TransformOptions>("RandomHorizontalFlip",
                                                            "swaps left and right at random"),
        alternative<RandomVerticalFlip, TransformOptions>("RandomVerticalFlip",
                                                          "swaps top and bottom at random"),
        alternative<ColorJitter, TransformOptions>("ColorJitter", "varies light and colour"),
        alternative<RandomResize, TransformOptions>(
            "RandomResize", "resizes by a random factor and keeps the aspect ratio"),
        alternative<Pad, TransformOptions>("Pad", "adds pixels at the borders"),
        alternative<RandomRotation, TransformOptions>("RandomRotation",
                                                      "turns the picture by a random angle"),
        alternative<RandomAffine, TransformOptions>("RandomAffine",
                                                    "turns, shifts, scales and shears at random"),
        alternative<RandomPerspective, TransformOptions>("RandomPerspective",
                                                         "looks at the picture from a random side"),
        alternative<ElasticTransform, TransformOptions>(
            "ElasticTransform", "moves pixels by a smooth random field, as if seen through water"),
        alternative<RandomGrayscale, TransformOptions>("RandomGrayscale",
                                                       "takes the colour away at random"),
        alternative<GaussianBlur, TransformOptions>("GaussianBlur", "blurs by a random amount"),
        alternative<RandomErasing, TransformOptions>(
            "RandomErasing", "overwrites a random rectangle; masks keep their labels"),
        alternative<RandomPosterize, TransformOptions>(
            "RandomPosterize", "keeps the highest bits of each channel at random"),
        alternative<RandomSolarize, TransformOptions>("RandomSolarize",
                                                      "inverts what is bright at random"),
        alternative<RandomEqualize, TransformOptions>(
            "RandomEqualize", "flattens the histogram of each channel at random"),
        alternative<RandomAutocontrast, TransformOptions>(
            "RandomAutocontrast", "stretches each channel to 0..255 at random"),
        alternative<RandomAdjustSharpness, TransformOptions>("RandomAdjustSharpness",
                                                             "sharpens or blurs at random"),
        alternative<RandomInvert, TransformOptions>("RandomInvert",
                                                    "inverts all colours at random"),
        alternative<AutoAugment, TransformOptions>("AutoAugment",
                                                   "applies one of 25 learned pairs of operations"),
        alternative<RandAugment, TransformOptions>("RandAugment",
                                                   "applies random operations of one strength"),
        alternative<TrivialAugmentWide, TransformOptions>(
            "TrivialAugmentWide", "applies one random operation of random strength"),
        alternative<AugMix, TransformOptions>(
            "AugMix", "mixes the picture with chains of random operations; classification only"),
        alternative<CLAHE, TransformOptions>(
            "CLAHE", "equalises the histogram of each tile (mmsegmentation)"),
        alternative<PhotoMetricDistortion, TransformOptions>(
            "PhotoMetricDistortion", "varies light and colour (mmsegmentation)"),
        alternative<Normalize, TransformOptions>(
            "Normalize", "subtracts the mean and divides by the deviation; at most one, and last"),
    }};

}  // namespace

std::span<const AlternativeRow<TransformOptions>> transform_table() { return kTransforms; }

void describe(Visitor& v, TransformsConfig& c) {
  AlternativesField about{.help = "of training pictures, one after the other",
                          .noun = "transform",
                          .plural = "transforms",
                          .example = "- RandomResizedCrop: {size: 224, scale: [0.08, 1.0]}"};
  v.alternatives("train", c.train, transform_table(), about);
  about.help = "of all other pictures; nothing random";
  v.alternatives("eval", c.eval, transform_table(), about);
}

void describe(Visitor& v, BatchTransformsConfig& c) {
  v.field("mixup", c.mixup,
          {.help = "alpha of the share of the other picture, which is blended in; 0: off",
           .range = closed(0, 100)});
  v.field(
      "cutmix", c.cutmix,
      {.help = "alpha of the share of the other picture, of which a rectangle is pasted; 0: off",
       .range = closed(0, 100)});
  v.field("p", c.p, {.help = "probability that a batch is mixed", .range = closed(0, 1)});
  v.field("switch_p", c.switch_p,
          {.help = "where both are on: probability of cutmix", .range = closed(0, 1)});
}

void describe(Visitor& v, Resize& t) {
  v.field("size", t.size,
          {.help = "the shorter side, or [height, width]",
           .unit = "pixels",
           .range = kSide,
           .form = Form::kSize,
           .required = true});
  v.field("interpolation", t.interpolation,
          {.help = "of pictures, bilinear with antialiasing; masks are always nearest",
           .choices = {"bilinear", "nearest", "area"}});
}

void describe(Visitor& v, CenterCrop& t) {
  v.field("size", t.size,
          {.help = "a square, or [height, width]",
           .unit = "pixels",
           .range = kSide,
           .form = Form::kSize,
           .required = true});
}

void describe(Visitor& v, RandomCrop& t) {
  v.field("size", t.size,
          {.help = "a square, or [height, width]",
           .unit = "pixels",
           .range = kSide,
           .form = Form::kSize,
           .required = true});
  v.field("padding", t.padding,
          {.help = "on every side, before cropping", .unit = "pixels", .range = closed(0, 4096)});
  v.field("pad_if_needed", t.pad_if_needed,
          {.help = "pads a picture that is smaller than the crop; else that is an error"});
  v.field("padding_mode", t.padding_mode,
          {.help = "what padding is filled with",
           .choices = {"constant", "edge", "reflect", "symmetric"}});
  v.field("fill", t.fill,
          {.help = "constant: the value, or [red, green, blue]; masks get ignore_index",
           .range = closed(0, 255),
           .form = Form::kNumbers,
           .length = {1, 3}});
  v.field(
      "cat_max_ratio", t.cat_max_ratio,
      {.help =
           "draws again, up to ten times, while one class covers this share of the crop; 1: never",
       .range = left_open(0, 1)});
}

void describe(Visitor& v, RandomResizedCrop& t) {
  v.field("size", t.size,
          {.help = "of the result: a square, or [height, width]",
           .unit = "pixels",
           .range = kSide,
           .form = Form::kSize,
           .required = true});
  v.field("scale", t.scale,
          {.help = "share of the area, least and most",
           .range = left_open(0, 1),
           .form = Form::kInterval});
  v.field("ratio", t.ratio,
          {.help = "width over height, least and most",
           .range = left_open(0, 100),
           .form = Form::kInterval});
}

void describe(Visitor& v, RandomHorizontalFlip& t) {
  v.field("p", t.p, {.help = "probability", .range = closed(0, 1)});
}

void describe(Visitor& v, RandomVerticalFlip& t) {
  v.field("p", t.p, {.help = "probability", .range = closed(0, 1)});
}

void describe(Visitor& v, ColorJitter& t) {
  v.field("brightness", t.brightness,
          {.help = "factor drawn from [1 - x, 1 + x]", .range = closed(0, 10)});
  v.field("contrast", t.contrast, {.help = "the same", .range = closed(0, 10)});
  v.field("saturation", t.saturation, {.help = "the same", .range = closed(0, 10)});
  v.field("hue", t.hue,
          {.help = "shift drawn from [-x, x], as a share of the colour circle",
           .range = closed(0, 0.5)});
}

void describe(Visitor& v, RandomResize& t) {
  v.field("scale", t.scale,
          {.help = "factor, least and most", .range = left_open(0, 16), .form = Form::kInterval});
}

void describe(Visitor& v, Normalize& t) {
  v.field("mean", t.mean,
          {.help = "of red, green and blue, for values in 0..1",
           .range = closed(-255, 255),
           .length = {3, 3}});
  v.field("std", t.std, {.help = "the same", .range = left_open(0, 255), .length = {3, 3}});
}

}  // namespace carica::config
