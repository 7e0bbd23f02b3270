#include "data/transforms/warp.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/text.h"
#include "data/pixels/options_check.h"
#include "data/pixels/rounding.h"

namespace carica::data {
namespace {

WarpSettings settings_of(const char* name, const std::string& interpolation,
                         const std::vector<int>& fill, std::uint8_t outside) {
  return {sampling_of(name, interpolation), required_fill(name, fill), outside};
}

std::optional<Point> center_of(const char* name, const std::vector<double>& center) {
  if (center.empty()) return std::nullopt;
  const bool good = center.size() == 2 && std::isfinite(center[0]) && std::isfinite(center[1]);
  if (!good) reject(cat(name, ".center"), list_text(center), "[x, y] in pixels, or null");
  return Point{center[0], center[1]};
}

class RandomRotation final : public Transform {
 public:
  RandomRotation(Interval degrees, bool expand, std::optional<Point> center, WarpSettings settings)
      : degrees_(degrees), expand_(expand), center_(center), settings_(settings) {}

  void apply(Sample& sample, RandomStream& random) const override {
    const double angle = random.uniform(degrees_.low, degrees_.high);
    rotate_sample(sample, angle, expand_, center_, settings_);
  }
  std::optional<Size> output_size(std::optional<Size> input) const override {
    if (expand_) return std::nullopt;
    return input;
  }

 private:
  Interval degrees_;
  bool expand_;
  std::optional<Point> center_;
  WarpSettings settings_;
};

class RandomAffine final : public Transform {
 public:
  RandomAffine(config::RandomAffine options, WarpSettings settings)
      : options_(std::move(options)), settings_(settings) {}

  void apply(Sample& sample, RandomStream& random) const override {
    affine_sample(sample, random_affine(sample.picture.size, options_, random), settings_);
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  config::RandomAffine options_;
  WarpSettings settings_;
};

class RandomPerspective final : public Transform {
 public:
  RandomPerspective(double distortion_scale, double p, WarpSettings settings)
      : distortion_scale_(distortion_scale), p_(p), settings_(settings) {}

  void apply(Sample& sample, RandomStream& random) const override {
    if (!random.chance(p_)) return;
    const Size size = sample.picture.size;
    const Corners to = random_corners(size, distortion_scale_, random);
    const Corners from = {
        {{0, 0}, {size.width - 1, 0}, {size.width - 1, size.height - 1}, {0, size.height - 1}}};
    // None where corners coincide, as in a picture one pixel wide: nothing to be seen of it then.
    const auto coefficients = perspective_coefficients(from, to);
    if (coefficients) perspective_sample(sample, *coefficients, settings_);
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  double distortion_scale_, p_;
  WarpSettings settings_;
};

}  // namespace

AffineParameters random_affine(Size picture, const config::RandomAffine& options,
                               RandomStream& random) {
  AffineParameters result;
  const Interval degrees = interval_around_zero("RandomAffine.degrees", options.degrees);
  result.angle = random.uniform(degrees.low, degrees.high);
  if (!options.translate.empty()) {
    const double most_x = options.translate[0] * picture.width;
    const double most_y = options.translate[1] * picture.height;
    result.translate.x = round_even(random.uniform(-most_x, most_x));
    result.translate.y = round_even(random.uniform(-most_y, most_y));
  }
  if (!options.scale.empty()) result.scale = random.uniform(options.scale[0], options.scale[1]);
  const auto& shear = options.shear;
  if (shear.size() == 1) result.shear.x = random.uniform(-shear[0], shear[0]);
  if (shear.size() >= 2) result.shear.x = random.uniform(shear[0], shear[1]);
  if (shear.size() == 4) result.shear.y = random.uniform(shear[2], shear[3]);
  result.center = center_of("RandomAffine", options.center);
  return result;
}

Corners random_corners(Size picture, double distortion_scale, RandomStream& random) {
  const auto bound = [&](int side) {
    const int half = side / 2;  // rounded down
    return static_cast<int>(distortion_scale * half) + 1;
  };
  const int most_x = bound(picture.width), most_y = bound(picture.height);
  const auto near_start = [&](int most) {
    return static_cast<int>(random.below(static_cast<std::uint64_t>(most)));
  };
  const auto near_end = [&](int side, int most) { return side - most + near_start(most); };
  Corners corners;
  corners[0].x = near_start(most_x);
  corners[0].y = near_start(most_y);
  corners[1].x = near_end(picture.width, most_x);
  corners[1].y = near_start(most_y);
  corners[2].x = near_end(picture.width, most_x);
  corners[2].y = near_end(picture.height, most_y);
  corners[3].x = near_start(most_x);
  corners[3].y = near_end(picture.height, most_y);
  return corners;
}

std::unique_ptr<Transform> make_transform(const config::RandomRotation& options,
                                          std::uint8_t outside) {
  return std::make_unique<RandomRotation>(
      interval_around_zero("RandomRotation.degrees", options.degrees), options.expand,
      center_of("RandomRotation", options.center),
      settings_of("RandomRotation", options.interpolation, options.fill, outside));
}

std::unique_ptr<Transform> make_transform(const config::RandomAffine& options,
                                          std::uint8_t outside) {
  interval_around_zero("RandomAffine.degrees", options.degrees);
  const auto& translate = options.translate;
  const auto is_share = [](double value) { return value >= 0 && value <= 1; };
  if (!translate.empty() &&
      !(translate.size() == 2 && is_share(translate[0]) && is_share(translate[1]))) {
    reject("RandomAffine.translate", list_text(translate),
           "[x, y], shares of the width and the height in 0 to 1, or null");
  }
  if (!options.scale.empty()) check_range("RandomAffine.scale", options.scale);
  const auto& shear = options.shear;
  const bool steep =
      std::any_of(shear.begin(), shear.end(), [](double s) { return !(std::abs(s) < 90); });
  const bool ordered = shear.size() == 1   ? shear[0] >= 0
                       : shear.size() == 2 ? shear[0] <= shear[1]
                       : shear.size() == 4 ? shear[0] <= shear[1] && shear[2] <= shear[3]
                                           : shear.empty();
  if (steep || !ordered) {
    reject("RandomAffine.shear", list_text(shear),
           "one number, 0 or more, [low, high] of x, or [low, high, low, high] of x and y, with "
           "low <= high, each between -90 and 90, or null");
  }
  center_of("RandomAffine", options.center);
  return std::make_unique<RandomAffine>(
      options, settings_of("RandomAffine", options.interpolation, options.fill, outside));
}

std::unique_ptr<Transform> make_transform(const config::RandomPerspective& options,
                                          std::uint8_t outside) {
  check_probability("RandomPerspective", options.p);
  if (!(options.distortion_scale >= 0 && options.distortion_scale <= 1)) {
    reject("RandomPerspective.distortion_scale", number(options.distortion_scale), "in [0, 1]");
  }
  return std::make_unique<RandomPerspective>(
      options.distortion_scale, options.p,
      settings_of("RandomPerspective", options.interpolation, options.fill, outside));
}

}  // namespace carica::data
