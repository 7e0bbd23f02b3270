#include "data/transforms/auto_augment_ops.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/text.h"
#include "data/pixels/color.h"
#include "data/pixels/rounding.h"
#include "data/pixels/tone.h"
#include "data/pixels/warp_affine.h"

namespace carica::data {
namespace {

using Settings = WarpSettings;

// The degrees of a shear by `magnitude` pixels per pixel.
double shear_degrees(double magnitude) { return std::atan(magnitude) * 180 / std::numbers::pi; }

void shear(Sample& sample, Point degrees, const Settings& settings) {
  affine_sample(sample, {.shear = degrees, .center = Point{0, 0}}, settings);
}

void translate(Sample& sample, Point pixels, const Settings& settings) {
  affine_sample(sample, {.translate = pixels}, settings);
}

float factor(double magnitude) { return static_cast<float>(1.0 + magnitude); }

constexpr Magnitudes kOne{};  // one strength only
constexpr Magnitudes to(double last) { return {Magnitudes::kPlain, 0, last}; }

constexpr std::array kOperations = {
    AugmentOperation{"Identity", false, kOne, kOne, kOne, [](Sample&, double, const Settings&) {}},
    AugmentOperation{"ShearX", true, to(0.3), to(0.99), to(0.3),
                     [](Sample& s, double m, const Settings& settings) {
                       shear(s, {shear_degrees(m), 0}, settings);
                     }},
    AugmentOperation{"ShearY", true, to(0.3), to(0.99), to(0.3),
                     [](Sample& s, double m, const Settings& settings) {
                       shear(s, {0, shear_degrees(m)}, settings);
                     }},
    AugmentOperation{"TranslateX",
                     true,
                     {Magnitudes::kOfWidth, 0, 150.0 / 331},
                     to(32),
                     {Magnitudes::kOfWidth, 0, 1.0 / 3},
                     [](Sample& s, double m, const Settings& settings) {
                       translate(s, {std::trunc(m), 0}, settings);
                     }},
    AugmentOperation{"TranslateY",
                     true,
                     {Magnitudes::kOfHeight, 0, 150.0 / 331},
                     to(32),
                     {Magnitudes::kOfHeight, 0, 1.0 / 3},
                     [](Sample& s, double m, const Settings& settings) {
                       translate(s, {0, std::trunc(m)}, settings);
                     }},
    AugmentOperation{"Rotate", true, to(30), to(135), to(30),
                     [](Sample& s, double m, const Settings& settings) {
                       rotate_sample(s, m, false, std::nullopt, settings);
                     }},
    AugmentOperation{
        "Brightness", true, to(0.9), to(0.99), to(0.9),
        [](Sample& s, double m, const Settings&) { adjust_brightness(s.picture, factor(m)); }},
    AugmentOperation{
        "Color", true, to(0.9), to(0.99), to(0.9),
        [](Sample& s, double m, const Settings&) { adjust_saturation(s.picture, factor(m)); }},
    AugmentOperation{
        "Contrast", true, to(0.9), to(0.99), to(0.9),
        [](Sample& s, double m, const Settings&) { adjust_contrast(s.picture, factor(m)); }},
    AugmentOperation{
        "Sharpness", true, to(0.9), to(0.99), to(0.9),
        [](Sample& s, double m, const Settings&) { adjust_sharpness(s.picture, factor(m)); }},
    AugmentOperation{
        "Posterize",
        false,
        {Magnitudes::kBits, 8, 4},
        {Magnitudes::kBits, 8, 2},
        {Magnitudes::kBits, 4, 0},
        [](Sample& s, double m, const Settings&) { posterize(s.picture, static_cast<int>(m)); }},
    AugmentOperation{"Solarize",
                     false,
                     {Magnitudes::kPlain, 1, 0},
                     {Magnitudes::kPlain, 1, 0},
                     {Magnitudes::kPlain, 1, 0},
                     [](Sample& s, double m, const Settings&) { solarize(s.picture, 255 * m); }},
    AugmentOperation{"AutoContrast", false, kOne, kOne, kOne,
                     [](Sample& s, double, const Settings&) { autocontrast(s.picture); }},
    AugmentOperation{"Equalize", false, kOne, kOne, kOne,
                     [](Sample& s, double, const Settings&) { equalize(s.picture); }},
    AugmentOperation{"Invert", false, kOne, kOne, kOne,
                     [](Sample& s, double, const Settings&) { invert(s.picture); }},
};

bool is_in(AugmentSpace space, std::string_view name) {
  const bool light =
      name == "Brightness" || name == "Color" || name == "Contrast" || name == "Sharpness";
  switch (space) {
    case AugmentSpace::kAutoAugment:
      return name != "Identity";
    case AugmentSpace::kRandAugment:
    case AugmentSpace::kTrivialAugmentWide:
      return name != "Invert";
    case AugmentSpace::kAugMix:
      return name != "Identity" && name != "Invert";
    case AugmentSpace::kAugMixPlain:
      return name != "Identity" && name != "Invert" && !light;
  }
  return false;
}

}  // namespace

std::vector<double> Magnitudes::bins(int count, Size picture) const {
  std::vector<double> values;
  if (unit == kNone) return values;
  const double of = unit == kOfWidth ? picture.width : unit == kOfHeight ? picture.height : 1;
  const float low = static_cast<float>(first), high = static_cast<float>(last * of);
  const float step = (high - low) / static_cast<float>(count - 1);
  const float bins_per_bit = static_cast<float>((count - 1) / std::max(first - last, 1.0));
  for (int i = 0; i < count; ++i) {
    // torch.linspace counts from the nearer end.
    const float even = i < count / 2 ? low + step * static_cast<float>(i)
                                     : high - step * static_cast<float>(count - 1 - i);
    values.push_back(unit == kBits ? round_even(low - static_cast<float>(i) / bins_per_bit) : even);
  }
  return values;
}

const Magnitudes& AugmentOperation::magnitudes_in(AugmentSpace space) const {
  if (space == AugmentSpace::kTrivialAugmentWide) return wide;
  const bool mixes = space == AugmentSpace::kAugMix || space == AugmentSpace::kAugMixPlain;
  return mixes ? mix : magnitudes;
}

std::vector<const AugmentOperation*> augment_operations(AugmentSpace space) {
  std::vector<const AugmentOperation*> found;
  for (const AugmentOperation& operation : kOperations) {
    if (is_in(space, operation.name)) found.push_back(&operation);
  }
  return found;
}

const AugmentOperation& augment_operation(std::string_view name) {
  const auto* const found = std::find_if(kOperations.begin(), kOperations.end(),
                                         [&](const auto& row) { return row.name == name; });
  if (found == kOperations.end()) {
    throw Error(ErrorCode::kUsage, cat("augmentation ", name, ": unknown operation"));
  }
  return *found;
}

}  // namespace carica::data
