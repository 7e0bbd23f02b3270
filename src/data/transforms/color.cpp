#include "data/transforms/color.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "data/pixels/color.h"

namespace carica::data {
namespace {

class ColorJitter final : public Transform {
 public:
  explicit ColorJitter(const config::ColorJitter& options) : options_(options) {}

  void apply(Sample& sample, RandomStream& random) const override {
    for (const std::int64_t part : permutation(4, random)) {
      switch (part) {
        case 0:
          if (options_.brightness > 0) {
            adjust_brightness(sample.picture, factor(options_.brightness, random));
          }
          break;
        case 1:
          if (options_.contrast > 0) {
            adjust_contrast(sample.picture, factor(options_.contrast, random));
          }
          break;
        case 2:
          if (options_.saturation > 0) {
            adjust_saturation(sample.picture, factor(options_.saturation, random));
          }
          break;
        default:
          if (options_.hue > 0) {
            adjust_hue(sample.picture,
                       static_cast<float>(random.uniform(-options_.hue, options_.hue)));
          }
      }
    }
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  static float factor(double amount, RandomStream& random) {
    return static_cast<float>(random.uniform(std::max(0.0, 1 - amount), 1 + amount));
  }

  config::ColorJitter options_;
};

void check_amount(const char* name, double amount, double highest, const char* allowed) {
  if (amount >= 0 && amount <= highest) return;  // false for NaN
  throw Error(ErrorCode::kConfig,
              cat("ColorJitter.", name, " = ", number(amount), ": must be ", allowed));
}

}  // namespace

std::unique_ptr<Transform> make_transform(const config::ColorJitter& options) {
  constexpr double kMost = 1e6;
  check_amount("brightness", options.brightness, kMost, "0 or more");
  check_amount("contrast", options.contrast, kMost, "0 or more");
  check_amount("saturation", options.saturation, kMost, "0 or more");
  check_amount("hue", options.hue, 0.5, "in 0 to 0.5");
  return std::make_unique<ColorJitter>(options);
}

}  // namespace carica::data
