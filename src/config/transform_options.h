#pragma once

#include <string>
#include <variant>
#include <vector>

namespace carica::config {

// Options of the transforms, by the names and meanings of torchvision.transforms.v2. A transform in
// a config file is a map with one key: `- RandomResizedCrop: {size: 224, scale: [0.08, 1.0]}`.
// Sizes are one number (shorter side, or a square for crops) or [height, width].

struct Resize {
  std::vector<int> size;  // pixels; required
  // Of pictures: bilinear (antialiased) | nearest | area. Masks are always nearest.
  std::string interpolation = "bilinear";
  bool operator==(const Resize&) const = default;
};
struct CenterCrop {
  std::vector<int> size;
  bool operator==(const CenterCrop&) const = default;
};
struct RandomCrop {
  std::vector<int> size;
  int padding = 0;  // pixels on every side, before cropping
  bool pad_if_needed = true;
  std::string padding_mode = "constant";  // constant | edge | reflect | symmetric
  std::vector<int> fill = {0};            // 0..255, 1 or 3 numbers; masks get ignore_index
  // Draws again, up to ten times, while one class covers this share of the crop or more; as
  // mmsegmentation does. 1: never.
  double cat_max_ratio = 1.0;
  bool operator==(const RandomCrop&) const = default;
};
struct RandomResizedCrop {
  std::vector<int> size;
  std::vector<double> scale = {0.08, 1.0};      // share of the area
  std::vector<double> ratio = {0.75, 4.0 / 3};  // width / height
  bool operator==(const RandomResizedCrop&) const = default;
};
struct RandomHorizontalFlip {
  double p = 0.5;
  bool operator==(const RandomHorizontalFlip&) const = default;
};
struct RandomVerticalFlip {
  double p = 0.5;
  bool operator==(const RandomVerticalFlip&) const = default;
};
struct ColorJitter {
  double brightness = 0, contrast = 0, saturation = 0;  // factor drawn from [1 - x, 1 + x]
  double hue = 0;                                       // share of the colour circle, at most 0.5
  bool operator==(const ColorJitter&) const = default;
};
/// Scale jitter: resizes by a factor drawn from `scale`, keeping the aspect ratio.
struct RandomResize {
  std::vector<double> scale = {0.5, 2.0};
  bool operator==(const RandomResize&) const = default;
};
struct Pad {
  std::vector<int> padding = {};          // required; 1, 2 or 4 numbers
  std::vector<int> fill = {0};            // 0..255, 1 or 3 numbers
  std::string padding_mode = "constant";  // constant | edge | reflect | symmetric
  bool operator==(const Pad&) const = default;
};
struct RandomRotation {
  std::vector<double> degrees = {};       // required; x or [low, high]
  std::string interpolation = "nearest";  // nearest | bilinear
  bool expand = false;
  std::vector<double> center = {};  // [x, y]; empty: the middle
  std::vector<int> fill = {0};      // 0..255, 1 or 3 numbers
  bool operator==(const RandomRotation&) const = default;
};
struct RandomAffine {
  std::vector<double> degrees = {};    // required; x or [low, high]
  std::vector<double> translate = {};  // shares in x and y; empty: none
  std::vector<double> scale = {};      // empty: 1
  std::vector<double> shear = {};      // 1, 2 or 4 numbers; empty: none
  std::string interpolation = "nearest";
  std::vector<int> fill = {0};
  std::vector<double> center = {};
  bool operator==(const RandomAffine&) const = default;
};
struct RandomPerspective {
  double distortion_scale = 0.5;
  double p = 0.5;
  std::string interpolation = "bilinear";
  std::vector<int> fill = {0};
  bool operator==(const RandomPerspective&) const = default;
};
struct ElasticTransform {
  std::vector<double> alpha = {50};  // 1 or 2 numbers
  std::vector<double> sigma = {5};
  std::string interpolation = "bilinear";
  std::vector<int> fill = {0};
  bool operator==(const ElasticTransform&) const = default;
};
struct RandomGrayscale {
  double p = 0.1;
  bool operator==(const RandomGrayscale&) const = default;
};
struct GaussianBlur {
  std::vector<int> kernel_size = {};       // required; 1 or 2 odd numbers
  std::vector<double> sigma = {0.1, 2.0};  // 1 or 2 numbers
  bool operator==(const GaussianBlur&) const = default;
};
/// On bytes, but `value` means what it does after Normalize, where torchvision's recipes have it.
struct RandomErasing {
  double p = 0.5;
  std::vector<double> scale = {0.02, 0.33};  // share of the area
  std::vector<double> ratio = {0.3, 3.3};    // height / width
  std::vector<std::string> value = {"0"};    // a number, three, or "random"
  bool operator==(const RandomErasing&) const = default;
};
struct RandomPosterize {
  int bits = 0;  // required; 0..8
  double p = 0.5;
  bool operator==(const RandomPosterize&) const = default;
};
struct RandomSolarize {
  double threshold = 0;  // required; 0..255
  double p = 0.5;
  bool operator==(const RandomSolarize&) const = default;
};
struct RandomEqualize {
  double p = 0.5;
  bool operator==(const RandomEqualize&) const = default;
};
struct RandomAutocontrast {
  double p = 0.5;
  bool operator==(const RandomAutocontrast&) const = default;
};
struct RandomAdjustSharpness {
  double sharpness_factor = 0;  // required
  double p = 0.5;
  bool operator==(const RandomAdjustSharpness&) const = default;
};
struct RandomInvert {
  double p = 0.5;
  bool operator==(const RandomInvert&) const = default;
};
struct AutoAugment {
  std::string policy = "imagenet";  // imagenet | cifar10 | svhn
  std::string interpolation = "nearest";
  std::vector<int> fill = {};  // empty: black, without a dark seam
  bool operator==(const AutoAugment&) const = default;
};
struct RandAugment {
  int num_ops = 2;
  int magnitude = 9;
  int num_magnitude_bins = 31;
  std::string interpolation = "nearest";
  std::vector<int> fill = {};
  bool operator==(const RandAugment&) const = default;
};
struct TrivialAugmentWide {
  int num_magnitude_bins = 31;
  std::string interpolation = "nearest";
  std::vector<int> fill = {};
  bool operator==(const TrivialAugmentWide&) const = default;
};
struct AugMix {
  int severity = 3;
  int mixture_width = 3;
  int chain_depth = -1;  // -1: 1 to 3
  double alpha = 1.0;
  bool all_ops = true;
  std::string interpolation = "bilinear";
  std::vector<int> fill = {};
  bool operator==(const AugMix&) const = default;
};
/// mmsegmentation's, as the next one is.
struct CLAHE {
  double clip_limit = 40.0;
  std::vector<int> tile_grid_size = {8, 8};
  bool operator==(const CLAHE&) const = default;
};
struct PhotoMetricDistortion {
  int brightness_delta = 32;
  std::vector<double> contrast_range = {0.5, 1.5};
  std::vector<double> saturation_range = {0.5, 1.5};
  int hue_delta = 18;
  bool operator==(const PhotoMetricDistortion&) const = default;
};
/// Runs on the device, on whole batches; at most one, and last.
struct Normalize {
  std::vector<double> mean = {0.485, 0.456, 0.406};
  std::vector<double> std = {0.229, 0.224, 0.225};
  bool operator==(const Normalize&) const = default;
};

using TransformOptions =
    std::variant<Resize, CenterCrop, RandomCrop, RandomResizedCrop, RandomHorizontalFlip,
                 RandomVerticalFlip, ColorJitter, RandomResize, Pad, RandomRotation, RandomAffine,
                 RandomPerspective, ElasticTransform, RandomGrayscale, GaussianBlur, RandomErasing,
                 RandomPosterize, RandomSolarize, RandomEqualize, RandomAutocontrast,
                 RandomAdjustSharpness, RandomInvert, AutoAugment, RandAugment, TrivialAugmentWide,
                 AugMix, CLAHE, PhotoMetricDistortion, Normalize>;

}  // namespace carica::config
