#include "data/transforms/crop.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "data/pixels/crop.h"
#include "data/pixels/options_check.h"
#include "data/transforms/geometry.h"
#include "data/transforms/pixel_plan.h"

namespace carica::data {
namespace {

// Takes `part`, counted from the present one.
void take_part(PixelPlan& plan, const Window& part, Border border, Colour fill,
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
    take_part(plan, to, Border::kConstant, {}, outside_);
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

class RandomCrop : public PlannedTransform {
 public:
  RandomCrop(Size size, config::RandomCrop options, Border border, Colour fill,
             std::uint8_t outside)
      : size_(size),
        options_(std::move(options)),
        border_(border),
        fill_(fill),
        outside_(outside) {}

  bool extend(PixelPlan& plan, RandomStream& random) const override {
    // Whatever is drawn: a crop of a crop must not see what the first one left out.
    if (plan.mirrors() || plan.part != whole(plan.resized)) return false;
    take(plan, draw(plan.size(), random));
    return true;
  }
  std::optional<Size> output_size(std::optional<Size>) const override { return size_; }

 protected:
  Window draw(Size from, RandomStream& random) const {
    const int top = start(from, from.height, size_.height, random);
    return {top, start(from, from.width, size_.width, random), size_};
  }
  void take(PixelPlan& plan, const Window& place) const {
    take_part(plan, place, border_, fill_, outside_);
  }

  Size size_;
  config::RandomCrop options_;
  Border border_;
  Colour fill_;
  std::uint8_t outside_;

 private:
  // A random start on the padded axis. As in torchvision a missing d is added on both sides: the
  // picture moves inside the crop.
  int start(Size picture, int from, int to, RandomStream& random) const {
    int before = options_.padding;
    std::int64_t padded = std::int64_t{from} + 2 * std::int64_t{options_.padding};
    if (padded < to) {
      if (!options_.pad_if_needed) {
        throw Error(ErrorCode::kData,
                    cat("RandomCrop: the picture is ", size_text(picture), "; it must be at least ",
                        size_text(size_), " with padding ", options_.padding),
                    "set pad_if_needed: true, or add a Resize before RandomCrop");
      }
      const int missing = static_cast<int>(to - padded);
      before += missing;
      padded += 2 * std::int64_t{missing};
    }
    if (padded == to) return -before;
    return static_cast<int>(random.below(static_cast<std::uint64_t>(padded - to + 1))) - before;
  }
};

// With cat_max_ratio, where the mask decides whether a place is taken.
class VariedCrop final : public RandomCrop {
 public:
  using RandomCrop::RandomCrop;

  // Not before the mask's pixels are there.
  bool extend(PixelPlan&, RandomStream&) const override { return false; }
  void apply(Sample& sample, RandomStream& random) const override {
    PixelPlan plan(sample.picture.size);
    Window to = draw(sample.picture.size, random);
    for (int attempt = 0; attempt < 10 && !sample.mask.empty() && !is_varied(sample.mask, to);
         ++attempt) {
      to = draw(sample.picture.size, random);
    }
    take(plan, to);
    execute(plan, sample);
  }

 private:
  // At least two classes, and none of them over the allowed share of the labelled pixels.
  bool is_varied(const Mask& mask, const Window& at) const {
    const Mask part = crop(mask, at.top, at.left, at.size, border_, outside_);
    std::array<std::size_t, 256> counts{};
    for (const std::uint8_t value : part.values) ++counts[value];
    counts[outside_] = 0;
    const auto classes = std::count_if(counts.begin(), counts.end(), [](auto n) { return n > 0; });
    const auto total = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
    const auto greatest = *std::max_element(counts.begin(), counts.end());
    return classes > 1 &&
           static_cast<double>(greatest) < options_.cat_max_ratio * static_cast<double>(total);
  }
};

}  // namespace

std::unique_ptr<Transform> make_transform(const config::CenterCrop& options, std::uint8_t outside) {
  return std::make_unique<CenterCrop>(crop_size("CenterCrop", options.size), outside);
}

std::unique_ptr<Transform> make_transform(const config::RandomCrop& options, std::uint8_t outside) {
  const Size size = crop_size("RandomCrop", options.size);
  if (options.padding < 0) reject("RandomCrop.padding", cat(options.padding), "0 or more");
  const Colour fill = required_fill("RandomCrop", options.fill);
  if (!(options.cat_max_ratio > 0 && options.cat_max_ratio <= 1)) {
    reject("RandomCrop.cat_max_ratio", number(options.cat_max_ratio), "above 0 and at most 1");
  }
  const Border border = border_of("RandomCrop", options.padding_mode);
  if (options.cat_max_ratio < 1) {
    return std::make_unique<VariedCrop>(size, options, border, fill, outside);
  }
  return std::make_unique<RandomCrop>(size, options, border, fill, outside);
}

}  // namespace carica::data
