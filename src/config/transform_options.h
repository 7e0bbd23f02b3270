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
  std::string padding_mode = "constant";  // constant | reflect | edge
  int fill = 0;  // 0..255, of the picture; masks are filled with ignore_index
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
/// Runs on the device, on whole batches; at most one, and last.
struct Normalize {
  std::vector<double> mean = {0.485, 0.456, 0.406};
  std::vector<double> std = {0.229, 0.224, 0.225};
  bool operator==(const Normalize&) const = default;
};

using TransformOptions =
    std::variant<Resize, CenterCrop, RandomCrop, RandomResizedCrop, RandomHorizontalFlip,
                 RandomVerticalFlip, ColorJitter, RandomResize, Normalize>;

}  // namespace carica::config
