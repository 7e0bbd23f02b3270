#include "data/transforms_geometry.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "data/resize.h"
#include "data/transform_options_check.h"

namespace carica::data {
namespace {

enum class Interpolation { kBilinear, kNearest, kArea };

Picture resize(const PictureView& from, Size size, Interpolation interpolation) {
  switch (interpolation) {
    case Interpolation::kNearest:
      return resize_nearest(from, size);
    case Interpolation::kArea:
      return resize_area(from, size);
    case Interpolation::kBilinear:
      break;
  }
  return resize_bilinear(from, size);
}

// Picture and mask of a window at a new size.
void resize_sample(Sample& sample, const Window& from, Size size,
                   Interpolation interpolation = Interpolation::kBilinear) {
  const bool whole = from.size == sample.picture.size;
  if (whole && size == from.size) return;
  sample.picture =
      resize(window(sample.picture, from.top, from.left, from.size), size, interpolation);
  if (!sample.mask.empty()) {
    sample.mask = resize_nearest(window(sample.mask, from.top, from.left, from.size), size);
  }
}

class Resize final : public Transform {
 public:
  Resize(std::vector<int> size, Interpolation interpolation)
      : size_(std::move(size)), interpolation_(interpolation) {}

  void apply(Sample& sample, RandomStream&) const override {
    const Size from = sample.picture.size;
    resize_sample(sample, {0, 0, from}, result(from), interpolation_);
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

class RandomResize final : public Transform {
 public:
  RandomResize(double low, double high) : low_(low), high_(high) {}

  void apply(Sample& sample, RandomStream& random) const override {
    const double factor = random.uniform(low_, high_);
    const Size from = sample.picture.size;
    resize_sample(sample, {0, 0, from},
                  checked_size("RandomResize", from, from.height * factor, from.width * factor));
  }
  std::optional<Size> output_size(std::optional<Size>) const override { return std::nullopt; }

 private:
  double low_, high_;
};

class RandomResizedCrop final : public Transform {
 public:
  RandomResizedCrop(Size size, config::RandomResizedCrop options)
      : size_(size), options_(std::move(options)) {}

  void apply(Sample& sample, RandomStream& random) const override {
    resize_sample(sample, random_resized_window(sample.picture.size, options_, random), size_);
  }
  std::optional<Size> output_size(std::optional<Size>) const override { return size_; }

 private:
  Size size_;
  config::RandomResizedCrop options_;
};

void flip(Sample& sample, int axis) {
  const auto in_place = [axis](std::uint8_t* bytes, Size size, int type) {
    cv::Mat matrix(size.height, size.width, type, bytes);
    cv::flip(matrix, matrix, axis);
  };
  in_place(sample.picture.pixels.data(), sample.picture.size, CV_8UC3);
  if (!sample.mask.empty()) in_place(sample.mask.values.data(), sample.mask.size, CV_8UC1);
}

class RandomFlip final : public Transform {
 public:
  enum Axis { kVertical = 0, kHorizontal = 1 };  // OpenCV's flip codes
  RandomFlip(double p, Axis axis) : p_(p), axis_(axis) {}

  void apply(Sample& sample, RandomStream& random) const override {
    if (random.chance(p_)) flip(sample, axis_);
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
