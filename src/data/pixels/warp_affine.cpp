#include "data/pixels/warp_affine.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "data/images/picture_view.h"
#include "data/pixels/options_check.h"

namespace carica::data {
namespace {

class AffineWarp final : public Warp {
 public:
  AffineWarp(const std::array<float, 6>& matrix, Size from, Size to)
      : matrix_(matrix), from_(from), to_(to) {}

  void row(int y, std::span<double> xs, std::span<double> ys) const override {
    const double down = y - (to_.height - 1) * 0.5;
    const double x_of_row = matrix_[1] * down + matrix_[2] + (from_.width - 1) * 0.5;
    const double y_of_row = matrix_[4] * down + matrix_[5] + (from_.height - 1) * 0.5;
    const double x_step = matrix_[0], y_step = matrix_[3], left = (to_.width - 1) * 0.5;
    for (std::size_t i = 0; i < xs.size(); ++i) {
      const double right = static_cast<double>(static_cast<int>(i)) - left;
      xs[i] = x_step * right + x_of_row;
      ys[i] = y_step * right + y_of_row;
    }
  }

 private:
  std::array<float, 6> matrix_;
  Size from_, to_;
};

// Quarter turns, counter-clockwise: 1 to 3.
template <int kChannels>
PixelBytes turned(const PixelBytes& from, Size size, int quarters) {
  PixelBytes result(from.size());
  const Size to = quarters == 2 ? size : Size{size.width, size.height};
  std::uint8_t* out = result.data();
  for (int y = 0; y < to.height; ++y) {
    for (int x = 0; x < to.width; ++x, out += kChannels) {
      const int column = quarters == 1   ? size.width - 1 - y
                         : quarters == 2 ? size.width - 1 - x
                                         : y;
      const int row = quarters == 1 ? x : quarters == 2 ? size.height - 1 - y : size.height - 1 - x;
      const std::uint8_t* pixel =
          from.data() + (static_cast<std::size_t>(row) * size.width + column) * kChannels;
      for (int c = 0; c < kChannels; ++c) out[c] = pixel[c];
    }
  }
  return result;
}

void turn_sample(Sample& sample, int quarters) {
  const Size from = sample.picture.size;
  const Size to = quarters == 2 ? from : Size{from.width, from.height};
  sample.picture = {to, turned<3>(sample.picture.pixels, from, quarters)};
  if (!sample.mask.empty()) sample.mask = {to, turned<1>(sample.mask.values, from, quarters)};
}

// The size that holds the turned picture, in torchvision's steps: corners in float, cut to 1e-4.
Size expanded(Size size, const std::array<float, 6>& m) {
  const float half_width = 0.5f * static_cast<float>(size.width);
  const float half_height = 0.5f * static_cast<float>(size.height);
  const auto side = [&](int row, float half) {
    float low = 0, high = 0;
    for (int corner = 0; corner < 4; ++corner) {
      const float x = corner % 2 == 0 ? -half_width : half_width;
      const float y = corner / 2 == 0 ? -half_height : half_height;
      const float place = x * m[row * 3] + y * m[row * 3 + 1] + m[row * 3 + 2];
      low = corner == 0 ? place : std::min(low, place);
      high = corner == 0 ? place : std::max(high, place);
    }
    const auto cut = [](float value) { return std::trunc(value * 10000.0f) * 1e-4f; };
    return double{std::ceil(cut(high + half)) - std::floor(cut(low + half))};
  };
  return checked_size("RandomRotation", size, side(1, half_height), side(0, half_width));
}

}  // namespace

std::array<float, 6> inverse_affine(Size size, const AffineParameters& p) {
  constexpr double kRadians = std::numbers::pi / 180;
  const double angle = p.angle * kRadians;
  const double shear_x = p.shear.x * kRadians, shear_y = p.shear.y * kRadians;
  Point center;
  if (p.center) center = {p.center->x - size.width * 0.5, p.center->y - size.height * 0.5};

  // Rotation times shear, without scale; its determinant is 1.
  const double a = std::cos(angle - shear_y) / std::cos(shear_y);
  const double b = -(a * std::tan(shear_x) + std::sin(angle));
  const double c = std::sin(angle - shear_y) / std::cos(shear_y);
  const double d = std::cos(angle) - c * std::tan(shear_x);

  const double m0 = d / p.scale, m1 = -b / p.scale, m3 = -c / p.scale, m4 = a / p.scale;
  const double x = center.x + p.translate.x, y = center.y + p.translate.y;
  const double m2 = center.x - m0 * x - m1 * y, m5 = center.y - m3 * x - m4 * y;
  // Float as in torchvision; that also rounds away what sines of different C libraries and CPUs
  // differ by.
  const auto rounded = [](double value) { return static_cast<float>(value); };
  return {rounded(m0), rounded(m1), rounded(m2), rounded(m3), rounded(m4), rounded(m5)};
}

void affine_sample(Sample& sample, const AffineParameters& parameters,
                   const WarpSettings& settings) {
  const Size size = sample.picture.size;
  warp_sample(sample, AffineWarp(inverse_affine(size, parameters), size, size), size, settings);
}

void rotate_sample(Sample& sample, double angle, bool expand, std::optional<Point> center,
                   const WarpSettings& settings) {
  const Size from = sample.picture.size;
  angle = std::fmod(angle, 360);
  if (angle < 0) angle += 360;
  if (!center) {
    if (angle == 0) return;
    if (angle == 180) return turn_sample(sample, 2);
    const bool fits = expand || from.height == from.width;
    if (fits && angle == 90) return turn_sample(sample, 1);
    if (fits && angle == 270) return turn_sample(sample, 3);
  }
  const auto matrix = inverse_affine(from, {.angle = -angle, .center = center});
  const Size to = expand ? expanded(from, matrix) : from;
  warp_sample(sample, AffineWarp(matrix, from, to), to, settings);
}

}  // namespace carica::data
