#include "data/transforms_geometry.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "data/crop.h"
#include "data/pixel_plan.h"

namespace carica::data {
namespace {

constexpr std::size_t kMostPixels = std::size_t{1} << 28;  // of a result; more is a mistake

std::string text(Size size) { return cat(size.height, "x", size.width); }

[[noreturn]] void reject(std::string_view where, const std::string& found,
                         std::string_view allowed) {
  throw Error(ErrorCode::kConfig, cat(where, " = ", found, ": must be ", allowed));
}

std::string list(std::span<const double> values) {
  std::vector<std::string> parts;
  for (const double value : values) parts.push_back(number(value));
  return cat("[", join(parts), "]");
}

void check_size(const char* name, const std::vector<int>& size) {
  const bool good = (size.size() == 1 || size.size() == 2) &&
                    std::all_of(size.begin(), size.end(), [](int side) { return side >= 1; });
  if (good) return;
  const std::vector<double> sides(size.begin(), size.end());
  reject(cat(name, ".size"), list(sides), "one number or [height, width], each at least 1");
}

Size crop_size(const char* name, const std::vector<int>& size) {
  check_size(name, size);
  return {size.front(), size.back()};
}

void check_range(std::string_view where, const std::vector<double>& range) {
  const bool good =
      range.size() == 2 && range[0] > 0 && range[0] <= range[1] && std::isfinite(range[1]);
  if (!good) reject(where, list(range), "[low, high] with 0 < low <= high");
}

void check_probability(const char* name, double p) {
  if (!(p >= 0 && p <= 1)) reject(cat(name, ".p"), number(p), "in [0, 1]");
}

// Guards against a sliver of a picture that would become enormous.
Size checked(const char* name, Size from, double height, double width) {
  if (!(height * width <= static_cast<double>(kMostPixels))) {
    throw Error(ErrorCode::kData,
                cat(name, ": a picture of ", text(from), " would become ", fixed(height, 0), "x",
                    fixed(width, 0), "; at most ", kMostPixels, " pixels are allowed"));
  }
  return {std::max(1, static_cast<int>(height)), std::max(1, static_cast<int>(width))};
}

void resize(PixelPlan& plan, Size size) {
  plan.resized = size;
  plan.part = whole(size);
}

class Resize final : public PlannedTransform {
 public:
  Resize(std::vector<int> size, Interpolation interpolation)
      : size_(std::move(size)), interpolation_(interpolation) {}

  bool extend(PixelPlan& plan, RandomStream&) const override {
    if (!plan.may_resize()) return false;
    plan.interpolation = interpolation_;
    resize(plan, result(plan.size()));
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
    return from.height <= from.width ? checked("Resize", from, shorter_result, longer_result)
                                     : checked("Resize", from, longer_result, shorter_result);
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
    resize(plan, checked("RandomResize", from, from.height * factor, from.width * factor));
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
    resize(plan, size_);
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

// Takes `part`, counted from the present one.
void take_part(PixelPlan& plan, const Window& part, Border border, std::uint8_t fill,
               std::uint8_t outside) {
  plan.part = {plan.part.top + part.top, plan.part.left + part.left, part.size};
  plan.border = border;
  plan.fill = fill;
  plan.mask_fill = outside;
}

class CenterCrop final : public PlannedTransform {
 public:
  CenterCrop(Size size, std::uint8_t outside) : size_(size), outside_(outside) {}

  bool extend(PixelPlan& plan, RandomStream&) const override {
    const Size from = plan.size();
    const Window to{start(from.height, size_.height), start(from.width, size_.width), size_};
    if (!plan.may_take(to)) return false;
    take_part(plan, to, Border::kConstant, 0, outside_);
    return true;
  }
  std::optional<Size> output_size(std::optional<Size>) const override { return size_; }

 private:
  // torchvision rounds half of what is cut off to even, and puts the smaller half of a padding
  // first.
  static int start(int from, int to) {
    if (from < to) return -((to - from) / 2);
    const int cut = from - to;
    return cut % 4 == 3 ? cut / 2 + 1 : cut / 2;
  }

  Size size_;
  std::uint8_t outside_;
};

class RandomCrop final : public PlannedTransform {
 public:
  RandomCrop(Size size, config::RandomCrop options, Border border, std::uint8_t outside)
      : size_(size), options_(std::move(options)), border_(border), outside_(outside) {}

  bool extend(PixelPlan& plan, RandomStream& random) const override {
    const Size from = plan.size();
    // Whatever is drawn: a crop of a crop must not see what the first one left out.
    if (plan.mirrors() || plan.part != whole(plan.resized)) return false;
    const Window to{start(from, from.height, size_.height, random),
                    start(from, from.width, size_.width, random), size_};
    take_part(plan, to, border_, static_cast<std::uint8_t>(options_.fill), outside_);
    return true;
  }
  std::optional<Size> output_size(std::optional<Size>) const override { return size_; }

 private:
  // A random start on the padded axis. As in torchvision a missing d is added on both sides: the
  // picture moves inside the crop.
  int start(Size picture, int from, int to, RandomStream& random) const {
    int before = options_.padding;
    std::int64_t padded = std::int64_t{from} + 2 * std::int64_t{options_.padding};
    if (padded < to) {
      if (!options_.pad_if_needed) {
        throw Error(ErrorCode::kData,
                    cat("RandomCrop: the picture is ", text(picture), "; it must be at least ",
                        text(size_), " with padding ", options_.padding),
                    "set pad_if_needed: true, or add a Resize before RandomCrop");
      }
      const int missing = static_cast<int>(to - padded);
      before += missing;
      padded += 2 * std::int64_t{missing};
    }
    if (padded == to) return -before;
    return static_cast<int>(random.below(static_cast<std::uint64_t>(padded - to + 1))) - before;
  }

  Size size_;
  config::RandomCrop options_;
  Border border_;
  std::uint8_t outside_;
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

std::unique_ptr<Transform> make_transform(const config::CenterCrop& options, std::uint8_t outside) {
  return std::make_unique<CenterCrop>(crop_size("CenterCrop", options.size), outside);
}

std::unique_ptr<Transform> make_transform(const config::RandomCrop& options, std::uint8_t outside) {
  const Size size = crop_size("RandomCrop", options.size);
  if (options.padding < 0) reject("RandomCrop.padding", cat(options.padding), "0 or more");
  if (options.fill < 0 || options.fill > 255) {
    reject("RandomCrop.fill", cat(options.fill), "in 0 to 255");
  }
  Border border = Border::kConstant;
  if (options.padding_mode == "reflect") {
    border = Border::kReflect;
  } else if (options.padding_mode == "edge") {
    border = Border::kEdge;
  } else if (options.padding_mode != "constant") {
    reject("RandomCrop.padding_mode", options.padding_mode, "constant, reflect or edge");
  }
  return std::make_unique<RandomCrop>(size, options, border, outside);
}

}  // namespace carica::data
