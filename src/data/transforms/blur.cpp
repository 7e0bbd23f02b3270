#include "data/transforms/blur.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/text.h"
#include "data/images/picture_view.h"
#include "data/pixels/blur.h"
#include "data/pixels/options_check.h"
#include "data/pixels/warp_elastic.h"

namespace carica::data {
namespace {

class GaussianBlur final : public Transform {
 public:
  GaussianBlur(int width, int height, Interval sigma)
      : width_(width), height_(height), sigma_(sigma) {}

  void apply(Sample& sample, RandomStream& random) const override {
    const double sigma = random.uniform(sigma_.low, sigma_.high);
    blur(sample.picture, gaussian_kernel(width_, sigma), gaussian_kernel(height_, sigma));
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  int width_, height_;
  Interval sigma_;
};

class ElasticTransform final : public Transform {
 public:
  ElasticTransform(double alpha_x, double alpha_y, double sigma_x, double sigma_y,
                   WarpSettings settings)
      : alpha_x_(alpha_x),
        alpha_y_(alpha_y),
        sigma_x_(sigma_x),
        sigma_y_(sigma_y),
        settings_(settings) {}

  void apply(Sample& sample, RandomStream& random) const override {
    const Size size = sample.picture.size;
    const std::vector<float> right = field(size, alpha_x_, sigma_x_, random);
    const std::vector<float> down = field(size, alpha_y_, sigma_y_, random);
    elastic_sample(sample, right, down, settings_);
  }
  std::optional<Size> output_size(std::optional<Size> input) const override { return input; }

 private:
  // Noise in [-1, 1), smoothed in a window of four sigmas of its own axis on each side, in pixels:
  // torchvision divides alpha by the side and its grid is two wide, so alpha is twice the pixels.
  std::vector<float> field(Size size, double alpha, double sigma, RandomStream& random) const {
    std::vector<float> values(pixel_count(size));
    for (float& value : values) {
      value = static_cast<float>(random.next() >> 8) * 0x1p-23f - 1.0f;
    }
    if (sigma > 0) {
      const int window = static_cast<int>(8 * sigma + 1) | 1;
      blur(values, size, gaussian_kernel(window, sigma_x_), gaussian_kernel(window, sigma_y_));
    }
    for (float& value : values) value *= static_cast<float>(alpha * 0.5);
    return values;
  }

  double alpha_x_, alpha_y_, sigma_x_, sigma_y_;
  WarpSettings settings_;
};

// One or two numbers in [0, most].
void check_pair(const char* where, const std::vector<double>& values, double most) {
  const bool good =
      (values.size() == 1 || values.size() == 2) &&
      std::all_of(values.begin(), values.end(), [&](double v) { return v >= 0 && v <= most; });
  if (!good) {
    reject(where, list_text(values), cat("one number or [of x, of y], in 0 to ", number(most)));
  }
}

}  // namespace

std::unique_ptr<Transform> make_transform(const config::GaussianBlur& options) {
  const auto& kernel = options.kernel_size;
  const bool odd = (kernel.size() == 1 || kernel.size() == 2) &&
                   std::all_of(kernel.begin(), kernel.end(),
                               [](int side) { return side >= 1 && side % 2 == 1; });
  if (!odd) {
    reject("GaussianBlur.kernel_size", list_text(kernel),
           "one odd number or [width, height], each at least 1");
  }
  const auto& sigma = options.sigma;
  const std::vector<double> range =
      sigma.size() == 1 ? std::vector<double>{sigma[0], sigma[0]} : sigma;
  check_range("GaussianBlur.sigma", range);
  return std::make_unique<GaussianBlur>(kernel.front(), kernel.back(),
                                        Interval{range[0], range[1]});
}

std::unique_ptr<Transform> make_transform(const config::ElasticTransform& options,
                                          std::uint8_t outside) {
  check_pair("ElasticTransform.alpha", options.alpha, 10000);
  check_pair("ElasticTransform.sigma", options.sigma, 64);
  const WarpSettings settings{sampling_of("ElasticTransform", options.interpolation),
                              required_fill("ElasticTransform", options.fill), outside};
  return std::make_unique<ElasticTransform>(options.alpha.front(), options.alpha.back(),
                                            options.sigma.front(), options.sigma.back(), settings);
}

}  // namespace carica::data
