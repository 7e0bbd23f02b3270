#include "data/transforms/photometric.h"

#include <cmath>
#include <utility>

#include "core/text.h"
#include "data/pixels/options_check.h"
#include "data/pixels/photometric.h"

namespace carica::data {
namespace {

class Clahe final : public Transform {
 public:
  explicit Clahe(config::CLAHE options) : options_(std::move(options)) {}

  void apply(Sample& sample, RandomStream&) const override {
    equalize_tiles(sample.picture, options_.clip_limit, options_.tile_grid_size[0],
                   options_.tile_grid_size[1]);
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  config::CLAHE options_;
};

class PhotoMetricDistortion final : public Transform {
 public:
  explicit PhotoMetricDistortion(config::PhotoMetricDistortion options)
      : options_(std::move(options)) {}

  void apply(Sample& sample, RandomStream& random) const override {
    Picture& picture = sample.picture;
    if (random.chance(0.5)) {
      const double most = options_.brightness_delta;
      scale_values(picture, 1, static_cast<float>(random.uniform(-most, most)));
    }
    const bool contrast_early = random.below(2) == 1;
    if (contrast_early) contrast(picture, random);
    if (random.chance(0.5)) scale_saturation(picture, factor(options_.saturation_range, random));
    if (random.chance(0.5)) shift_hue(picture, hue_steps(random));
    if (!contrast_early) contrast(picture, random);
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  static float factor(const std::vector<double>& range, RandomStream& random) {
    return static_cast<float>(random.uniform(range[0], range[1]));
  }
  void contrast(Picture& picture, RandomStream& random) const {
    if (random.chance(0.5)) scale_values(picture, factor(options_.contrast_range, random), 0);
  }
  // -x to x - 1: numpy's randint, which mmsegmentation uses, leaves the upper end out.
  int hue_steps(RandomStream& random) const {
    const int most = options_.hue_delta;
    if (most == 0) return 0;
    return static_cast<int>(random.below(2 * static_cast<std::uint64_t>(most))) - most;
  }

  config::PhotoMetricDistortion options_;
};

void check_factors(const char* where, const std::vector<double>& range) {
  const bool good =
      range.size() == 2 && range[0] >= 0 && range[0] <= range[1] && std::isfinite(range[1]);
  if (!good) reject(where, list_text(range), "[low, high] with 0 <= low <= high");
}

}  // namespace

std::unique_ptr<Transform> make_transform(const config::CLAHE& options) {
  if (!(options.clip_limit > 0 && std::isfinite(options.clip_limit))) {
    reject("CLAHE.clip_limit", number(options.clip_limit), "above 0");
  }
  const auto& tiles = options.tile_grid_size;
  const auto fits = [](int count) { return count >= 1 && count <= 256; };
  if (!(tiles.size() == 2 && fits(tiles[0]) && fits(tiles[1]))) {
    reject("CLAHE.tile_grid_size", list_text(tiles), "[along x, along y], each in 1 to 256");
  }
  return std::make_unique<Clahe>(options);
}

std::unique_ptr<Transform> make_transform(const config::PhotoMetricDistortion& options) {
  if (options.brightness_delta < 0 || options.brightness_delta > 255) {
    reject("PhotoMetricDistortion.brightness_delta", cat(options.brightness_delta), "in 0 to 255");
  }
  check_factors("PhotoMetricDistortion.contrast_range", options.contrast_range);
  check_factors("PhotoMetricDistortion.saturation_range", options.saturation_range);
  if (options.hue_delta < 0 || options.hue_delta > 180) {
    reject("PhotoMetricDistortion.hue_delta", cat(options.hue_delta), "in 0 to 180");
  }
  return std::make_unique<PhotoMetricDistortion>(options);
}

}  // namespace carica::data
