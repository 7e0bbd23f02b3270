#include "data/transforms/geometry.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "data/pixels/options_check.h"
#include "data/transforms/pixel_plan.h"

namespace carica::data {
namespace {

// A resize before this one that changed nothing may have left its own interpolation.
void resize(PixelPlan& plan, Size size, Interpolation interpolation) {
  plan.resized = size;
  plan.part = whole(size);
  plan.interpolation = interpolation;
}

class Resize final : public PlannedTransform {
 public:
  Resize(std::vector<int> size, Interpolation interpolation)
      : size_(std::move(size)), interpolation_(interpolation) {}

  bool extend(PixelPlan& plan, RandomStream&) const override {
    if (!plan.may_resize()) return false;
    resize(plan, result(plan.size()), interpolation_);
    return true;
  }
  std::optional<Size> output_size(std::optional<Size> input) const override {
    if (size_.size() == 2) return Size{size_[0], size_[1]};
    if (!input) return std::nullopt;
    return result(*input);
  }

 private:
  Size result(Size from) const {
    if (size_.size() == 2) return {size_[0], size_[1]};
    const std::int64_t side = size_[0];
    const std::int64_t shorter = std::min(from.height, from.width);
    const std::int64_t longer = std::max(from.height, from.width);
    const double longer_result = static_cast<double>(side * longer / shorter);
    const double shorter_result = static_cast<double>(side);
    return from.height <= from.width ? checked_size("Resize", from, shorter_result, longer_result)
                                     : checked_size("Resize", from, longer_result, shorter_result);
  }

  std::vector<int> size_;
  Interpolation interpolation_;
};

class RandomResize final : public PlannedTransform {
 public:
  RandomResize(double low, double high) : low_(low), high_(high) {}

  bool extend(PixelPlan& plan, RandomStream& random) const override {
    if (!plan.may_resize()) return false;
    const double factor = random.uniform(low_, high_);
    const Size from = plan.size();
    resize(plan, checked_size("RandomResize", from, from.height * factor, from.width * factor),
           Interpolation::kBilinear);
    return true;
  }
  std::optional<Size> output_size(std::optional<Size>) const override { return std::nullopt; }

 private:
  double low_, high_;
};

class RandomResizedCrop final : public PlannedTransform {
 public:
  RandomResizedCrop(Size size, config::RandomResizedCrop options)
      : size_(size), options_(std::move(options)) {}

  bool extend(PixelPlan& plan, RandomStream& random) const override {
    if (!plan.may_resize()) return false;
    const Window chosen = random_resized_window(plan.size(), options_, random);
    plan.from = {plan.from.top + chosen.top, plan.from.left + chosen.left, chosen.size};
    resize(plan, size_, Interpolation::kBilinear);
    return true;
  }
  std::optional<Size> output_size(std::optional<Size>) const override { return size_; }

 private:
  Size size_;
  config::RandomResizedCrop options_;
};

class RandomFlip final : public PlannedTransform {
 public:
  enum Axis { kVertical, kHorizontal };
  RandomFlip(double p, Axis axis) : p_(p), axis_(axis) {}

  bool extend(PixelPlan& plan, RandomStream& random) const override {
    bool& mirrored = axis_ == kHorizontal ? plan.mirrored_across : plan.mirrored_down;
    if (random.chance(p_)) mirrored = !mirrored;
    return true;
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  double p_;
  Axis axis_;
};

}  // namespace

Window random_resized_window(Size picture, const config::RandomResizedCrop& options,
                             RandomStream& random) {
  const double area = static_cast<double>(picture.height) * picture.width;
  const double log_low = std::log(options.ratio[0]), log_high = std::log(options.ratio[1]);
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double target = area * random.uniform(options.scale[0], options.scale[1]);
    const double ratio = std::exp(random.uniform(log_low, log_high));
    // Compared as doubles: an extreme ratio must not overflow an int.
    const double width = std::nearbyint(std::sqrt(target * ratio));
    const double height = std::nearbyint(std::sqrt(target / ratio));
    if (width < 1 || height < 1 || width > picture.width || height > picture.height) continue;
    const Size size{static_cast<int>(height), static_cast<int>(width)};
    const auto top = random.below(static_cast<std::uint64_t>(picture.height - size.height + 1));
    const auto left = random.below(static_cast<std::uint64_t>(picture.width - size.width + 1));
    return {static_cast<int>(top), static_cast<int>(left), size};
  }

  Size size = picture;
  const double ratio = static_cast<double>(picture.width) / picture.height;
  if (ratio < options.ratio[0]) {
    size.height = static_cast<int>(std::nearbyint(picture.width / options.ratio[0]));
  } else if (ratio > options.ratio[1]) {
    size.width = static_cast<int>(std::nearbyint(picture.height * options.ratio[1]));
  }
  size = {std::clamp(size.height, 1, picture.height), std::clamp(size.width, 1, picture.width)};
  return {(picture.height - size.height) / 2, (picture.width - size.width) / 2, size};
}

std::unique_ptr<Transform> make_transform(const config::Resize& options) {
  check_size("Resize", options.size);
  Interpolation interpolation = Interpolation::kBilinear;
  if (options.interpolation == "nearest") {
    interpolation = Interpolation::kNearest;
  } else if (options.interpolation == "area") {
    interpolation = Interpolation::kArea;
  } else if (options.interpolation != "bilinear") {
    reject("Resize.interpolation", options.interpolation, "bilinear, nearest or area");
  }
  return std::make_unique<Resize>(options.size, interpolation);
}

std::unique_ptr<Transform> make_transform(const config::RandomResize& options) {
  check_range("RandomResize.scale", options.scale);
  return std::make_unique<RandomResize>(options.scale[0], options.scale[1]);
}

std::unique_ptr<Transform> make_transform(const config::RandomResizedCrop& options) {
  check_range("RandomResizedCrop.scale", options.scale);
  check_range("RandomResizedCrop.ratio", options.ratio);
  return std::make_unique<RandomResizedCrop>(crop_size("RandomResizedCrop", options.size), options);
}

std::unique_ptr<Transform> make_transform(const config::RandomHorizontalFlip& options) {
  check_probability("RandomHorizontalFlip", options.p);
  return std::make_unique<RandomFlip>(options.p, RandomFlip::kHorizontal);
}

std::unique_ptr<Transform> make_transform(const config::RandomVerticalFlip& options) {
  check_probability("RandomVerticalFlip", options.p);
  return std::make_unique<RandomFlip>(options.p, RandomFlip::kVertical);
}

}  // namespace carica::data
