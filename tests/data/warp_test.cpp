#include "data/pixels/warp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "data/pixels/warp_affine.h"
#include "data/pixels/warp_elastic.h"
#include "data/pixels/warp_perspective.h"
#include "golden_results.h"

namespace carica::data {
namespace {

// The script's numbers for interpolation and fill.
WarpSettings settings_of(double mode, double fill) {
  const Fill fills[] = {std::nullopt, Colour{0, 0, 0}, Colour{10, 200, 90}};
  return {mode == 0 ? Sampling::kNearest : Sampling::kBilinear, fills[static_cast<int>(fill)], 250};
}

std::optional<Point> center_of(double given, double x, double y) {
  if (given == 0) return std::nullopt;
  return Point{x, y};
}

Picture warped(const golden::GoldenResult& expected) {
  const std::string name = expected.name;
  const std::vector<double>& a = expected.arguments;
  const Size size = expected.source;
  Sample sample{source_of(expected), {}, -1};
  if (name == "affine") {
    affine_sample(sample, {a[0], {a[1], a[2]}, a[3], {a[4], a[5]}, center_of(a[6], a[7], a[8])},
                  settings_of(a[9], a[10]));
  } else if (name == "rotate") {
    rotate_sample(sample, a[0], a[1] == 1, center_of(a[2], a[3], a[4]), settings_of(a[5], a[6]));
  } else if (name == "perspective") {
    const int right = size.width - 1, low = size.height - 1;
    Corners to;
    for (int i = 0; i < 4; ++i) {
      to[i] = {static_cast<int>(a[2 * i]), static_cast<int>(a[2 * i + 1])};
    }
    const auto coefficients =
        perspective_coefficients({{{0, 0}, {right, 0}, {right, low}, {0, low}}}, to);
    EXPECT_TRUE(coefficients);
    if (coefficients) perspective_sample(sample, *coefficients, settings_of(a[8], a[9]));
  } else if (name == "elastic") {
    const std::vector<float> both = noise_field(size, 2, expected.seed + 100);
    std::vector<float> right, down;
    for (std::size_t i = 0; i < both.size(); i += 2) {
      right.push_back(both[i] * static_cast<float>(a[0]));
      down.push_back(both[i + 1] * static_cast<float>(a[0]));
    }
    elastic_sample(sample, right, down, settings_of(a[1], a[2]));
  } else {
    ADD_FAILURE() << "unknown warp " << name;
  }
  return sample.picture;
}

TEST(Warp, HasTorchvisionsPixels) {
  for (const golden::GoldenResult& expected : golden::kWarps) {
    expect_golden(warped(expected), expected);
  }
}

// Points wherever it is told to.
class FixedWarp final : public Warp {
 public:
  FixedWarp(double x, double y) : x_(x), y_(y) {}
  void row(int, std::span<double> xs, std::span<double> ys) const override {
    std::fill(xs.begin(), xs.end(), x_);
    std::fill(ys.begin(), ys.end(), y_);
  }

 private:
  double x_, y_;
};

TEST(Warp, TakesWhateverTheMapSays) {
  const Picture picture = noise_picture({3, 4}, 5);
  const Mask mask = noise_mask({3, 4}, 6);
  const double nan = std::nan(""), far = std::numeric_limits<double>::infinity();
  for (const double wild : {nan, far, -far, 1e300, -1e300, 4.0, -1.0}) {
    for (const FixedWarp& map : {FixedWarp(wild, 1), FixedWarp(1, wild), FixedWarp(wild, wild)}) {
      for (const Sampling sampling : {Sampling::kNearest, Sampling::kBilinear}) {
        const Picture result = warp(picture, map, {1, 1}, sampling, Colour{1, 2, 3});
        EXPECT_EQ(result.pixels, (PixelBytes{1, 2, 3})) << wild;
      }
      EXPECT_EQ(warp(mask, map, {1, 1}, 77).values[0], 77) << wild;
    }
  }
}

TEST(Warp, BlendsTheBorderOnceWithoutFillAndTwiceWithBlack) {
  const Picture white{{1, 1}, {200, 200, 200}};
  const FixedWarp half_outside(-0.5, 0);
  EXPECT_EQ(warp(white, half_outside, {1, 1}, Sampling::kBilinear, std::nullopt).pixels[0], 100);
  EXPECT_EQ(warp(white, half_outside, {1, 1}, Sampling::kBilinear, Colour{0, 0, 0}).pixels[0], 50);
}

TEST(Warp, RoundsTiesOfNearestToEvenPixels) {
  const Picture picture = place_picture({1, 6});
  for (const auto& [at, from] : {std::pair(0.5, 0), {1.5, 2}, {2.5, 2}, {3.5, 4}, {-0.5, 0}}) {
    const Picture result = warp(picture, FixedWarp(at, 0), {1, 1}, Sampling::kNearest, {});
    EXPECT_EQ(result.pixels[1], from) << at;
  }
}

TEST(Warp, RotatesAroundAndAroundWithoutLoss) {
  for (const Size size : {Size{5, 5}, Size{1, 1}, Size{4, 4}}) {
    const Sample original{noise_picture(size, 1), noise_mask(size, 2), -1};
    Sample sample = original;
    for (int i = 0; i < 4; ++i) rotate_sample(sample, 90, false, {}, {});
    for (const double angle : {270.0, 180.0, -90.0, 360.0, -720.0, 0.0}) {
      rotate_sample(sample, angle, false, {}, {});
    }
    EXPECT_EQ(sample.picture.pixels, original.picture.pixels);
    EXPECT_EQ(sample.mask.values, original.mask.values);
  }
}

TEST(Warp, TurnsCounterClockwise) {
  Sample sample{{{1, 2}, {1, 1, 1, 2, 2, 2}}, {{1, 2}, {1, 2}}, -1};
  rotate_sample(sample, 90, true, {}, {});
  EXPECT_EQ(sample.picture.size, (Size{2, 1}));
  EXPECT_EQ(sample.picture.pixels, (PixelBytes{2, 2, 2, 1, 1, 1}));
  EXPECT_EQ(sample.mask.values, (PixelBytes{2, 1}));
}

TEST(Warp, FindsNoPerspectiveWhereCornersCoincide) {
  const Corners square = {{{0, 0}, {4, 0}, {4, 4}, {0, 4}}};
  EXPECT_FALSE(perspective_coefficients(square, {{{1, 1}, {1, 1}, {4, 4}, {0, 4}}}));
  EXPECT_FALSE(perspective_coefficients({}, {}));
  const auto same = perspective_coefficients(square, square);
  ASSERT_TRUE(same);
  const std::array<double, 8> identity = {1, 0, 0, 0, 1, 0, 0, 0};
  for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR((*same)[i], identity[i], 1e-12);
}

}  // namespace
}  // namespace carica::data
