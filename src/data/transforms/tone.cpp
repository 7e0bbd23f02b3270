#include "data/transforms/tone.h"

#include <functional>
#include <utility>

#include "core/text.h"
#include "data/pixels/options_check.h"
#include "data/pixels/tone.h"

namespace carica::data {
namespace {

class RandomTone final : public Transform {
 public:
  RandomTone(double p, std::function<void(Picture&)> change) : p_(p), change_(std::move(change)) {}

  void apply(Sample& sample, RandomStream& random) const override {
    if (random.chance(p_)) change_(sample.picture);
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  double p_;
  std::function<void(Picture&)> change_;
};

std::unique_ptr<Transform> with_probability(const char* name, double p,
                                            std::function<void(Picture&)> change) {
  check_probability(name, p);
  return std::make_unique<RandomTone>(p, std::move(change));
}

}  // namespace

std::unique_ptr<Transform> make_transform(const config::RandomGrayscale& options) {
  return with_probability("RandomGrayscale", options.p, to_grayscale);
}

std::unique_ptr<Transform> make_transform(const config::RandomPosterize& options) {
  const int bits = options.bits;
  if (bits < 0 || bits > 8) reject("RandomPosterize.bits", cat(bits), "in 0 to 8");
  return with_probability("RandomPosterize", options.p,
                          [bits](Picture& picture) { posterize(picture, bits); });
}

std::unique_ptr<Transform> make_transform(const config::RandomSolarize& options) {
  const double threshold = options.threshold;
  if (!(threshold >= 0 && threshold <= 255)) {
    reject("RandomSolarize.threshold", number(threshold), "in 0 to 255");
  }
  return with_probability("RandomSolarize", options.p,
                          [threshold](Picture& picture) { solarize(picture, threshold); });
}

std::unique_ptr<Transform> make_transform(const config::RandomEqualize& options) {
  return with_probability("RandomEqualize", options.p, equalize);
}

std::unique_ptr<Transform> make_transform(const config::RandomAutocontrast& options) {
  return with_probability("RandomAutocontrast", options.p, autocontrast);
}

std::unique_ptr<Transform> make_transform(const config::RandomAdjustSharpness& options) {
  const double factor = options.sharpness_factor;
  if (!(factor >= 0 && factor <= 1e6)) {
    reject("RandomAdjustSharpness.sharpness_factor", number(factor), "0 or more");
  }
  return with_probability("RandomAdjustSharpness", options.p, [factor](Picture& picture) {
    adjust_sharpness(picture, static_cast<float>(factor));
  });
}

std::unique_ptr<Transform> make_transform(const config::RandomInvert& options) {
  return with_probability("RandomInvert", options.p, invert);
}

}  // namespace carica::data
