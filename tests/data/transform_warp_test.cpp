#include <gtest/gtest.h>

#include <set>

#include "data/transforms/blur.h"
#include "data/transforms/warp.h"
#include "transform_support.h"

namespace carica::data {
namespace {

config::RandomRotation rotation(std::vector<double> degrees) {
  config::RandomRotation options;
  options.degrees = std::move(degrees);
  options.fill = {255};
  return options;
}

config::RandomAffine affine(std::vector<double> degrees) {
  config::RandomAffine options;
  options.degrees = std::move(degrees);
  options.fill = {255};
  return options;
}

// Of 40 streams, how many pixels came from outside.
int aligned(const Transform& transform, Size size = {37, 52}) {
  int outside = 0;
  for (std::uint64_t i = 0; i < 40; ++i) {
    outside += outside_pixels(apply(transform, place_sample(size), i), 255);
  }
  return outside;
}

TEST(RandomRotation, MovesPictureAndMaskTogether) {
  EXPECT_GT(aligned(*make_transform(rotation({90}), kIgnore)), 0);
  EXPECT_EQ(aligned(*make_transform(rotation({180, 180}), kIgnore)), 0);
  EXPECT_EQ(aligned(*make_transform(rotation({90, 90}), kIgnore), {33, 33}), 0);
  config::RandomRotation around = rotation({-30, 60});
  around.center = {3, 4};
  EXPECT_GT(aligned(*make_transform(around, kIgnore)), 0);
  config::RandomRotation whole = rotation({180});
  whole.expand = true;
  EXPECT_GT(aligned(*make_transform(whole, kIgnore)), 0);
}

TEST(RandomRotation, HoldsTheWholePictureWhenItExpands) {
  config::RandomRotation options = rotation({45, 45});
  options.expand = true;
  const auto rotate = make_transform(options, kIgnore);
  const Sample sample = apply(*rotate, place_sample({30, 50}));
  EXPECT_EQ(sample.picture.size, (Size{58, 58}));  // 80 / sqrt(2), outwards
  EXPECT_EQ(rotate->output_size(Size{30, 50}), std::nullopt);
  EXPECT_EQ(make_transform(rotation({45}), kIgnore)->output_size(Size{30, 50}), (Size{30, 50}));
  std::set<std::uint8_t> rows;
  for (std::size_t i = 0; i < sample.picture.pixels.size(); i += 3) {
    rows.insert(sample.picture.pixels[i]);
  }
  EXPECT_EQ(rows.size(), 31u);  // all 30, and the fill
}

TEST(RandomRotation, RefusesBadOptions) {
  const auto make = [](config::RandomRotation options) {
    return message_of([&] { make_transform(options, kIgnore); });
  };
  const std::string degrees = ": must be one number, 0 or more, or [low, high] with low <= high";
  EXPECT_EQ(make(rotation({-1})), "RandomRotation.degrees = [-1]" + degrees);
  EXPECT_EQ(make(rotation({})), "RandomRotation.degrees = []" + degrees);
  EXPECT_EQ(make(rotation({3, 2})), "RandomRotation.degrees = [3, 2]" + degrees);
  config::RandomRotation options = rotation({1});
  options.center = {1};
  EXPECT_EQ(make(options), "RandomRotation.center = [1]: must be [x, y] in pixels, or null");
  options = rotation({1});
  options.fill = {1, 2};
  EXPECT_EQ(make(options),
            "RandomRotation.fill = [1, 2]: must be one number or [red, green, blue], each in 0 to "
            "255");
  options = rotation({1});
  options.interpolation = "bicubic";
  EXPECT_EQ(make(options), "RandomRotation.interpolation = bicubic: must be nearest or bilinear");
}

TEST(RandomAffine, MovesPictureAndMaskTogether) {
  config::RandomAffine options = affine({-20, 50});
  options.translate = {0.2, 0.3};
  options.scale = {0.5, 1.5};
  options.shear = {-10, 10, -30, 5};
  EXPECT_GT(aligned(*make_transform(options, kIgnore)), 0);
}

TEST(RandomAffine, DrawsFromItsRangesAndFillsThem) {
  config::RandomAffine options = affine({15});
  options.translate = {0.1, 0.25};
  options.scale = {0.8, 1.25};
  options.shear = {-5, 20, 3, 4};
  constexpr int kTrials = 4000;
  AffineParameters least, most;
  double sum_of_angles = 0;
  std::set<double> shifts;
  for (std::uint64_t i = 0; i < kTrials; ++i) {
    RandomStream random(3, 0, i);
    const AffineParameters p = random_affine({40, 60}, options, random);
    sum_of_angles += p.angle;
    shifts.insert(p.translate.x);
    const auto fold = [&](double& low, double& high, double value) {
      low = i == 0 ? value : std::min(low, value);
      high = i == 0 ? value : std::max(high, value);
    };
    fold(least.angle, most.angle, p.angle);
    fold(least.translate.x, most.translate.x, p.translate.x);
    fold(least.translate.y, most.translate.y, p.translate.y);
    fold(least.scale, most.scale, p.scale);
    fold(least.shear.x, most.shear.x, p.shear.x);
    fold(least.shear.y, most.shear.y, p.shear.y);
  }
  const auto fills = [](double low, double high, double from, double to) {
    const double slack = (to - from) * 0.01;
    EXPECT_GE(low, from);
    EXPECT_LE(high, to);
    EXPECT_LE(low, from + slack);
    EXPECT_GE(high, to - slack);
  };
  fills(least.angle, most.angle, -15, 15);
  fills(least.translate.x, most.translate.x, -6, 6);
  fills(least.translate.y, most.translate.y, -10, 10);
  fills(least.scale, most.scale, 0.8, 1.25);
  fills(least.shear.x, most.shear.x, -5, 20);
  fills(least.shear.y, most.shear.y, 3, 4);
  EXPECT_EQ(shifts.size(), 13u);  // whole pixels
  // The mean of a uniform variate has the deviation range / sqrt(12 n).
  EXPECT_NEAR(sum_of_angles / kTrials, 0, 4 * 30 / std::sqrt(12.0 * kTrials));
}

TEST(RandomAffine, DrawsOnlyWhatIsGiven) {
  RandomStream random(4, 0, 0), again(4, 0, 0);
  const AffineParameters p = random_affine({40, 60}, affine({15}), random);
  EXPECT_EQ(p.angle, again.uniform(-15, 15));
  EXPECT_EQ(p.scale, 1);
  EXPECT_EQ(p.translate.x, 0);
  EXPECT_EQ(p.shear.x, 0);
  EXPECT_EQ(random.next(), again.next());
}

TEST(RandomAffine, RefusesBadOptions) {
  const auto make = [](config::RandomAffine options) {
    return message_of([&] { make_transform(options, kIgnore); });
  };
  config::RandomAffine options = affine({0});
  options.translate = {0.5, 1.5};
  EXPECT_EQ(make(options),
            "RandomAffine.translate = [0.5, 1.5]: must be [x, y], shares of the width and the "
            "height in 0 to 1, or null");
  options = affine({0});
  options.scale = {0, 1};
  EXPECT_EQ(make(options), "RandomAffine.scale = [0, 1]: must be [low, high] with 0 < low <= high");
  options = affine({0});
  for (const std::vector<double>& shear :
       {std::vector<double>{-1}, {90}, {2, 1}, {1, 2, 3}, {1, 2, 4, 3}, {1, 2, 3, std::nan("")}}) {
    options.shear = shear;
    EXPECT_TRUE(make(options).starts_with("RandomAffine.shear = ["));
  }
}

TEST(RandomPerspective, MovesPictureAndMaskTogether) {
  config::RandomPerspective options{0.6, 1, "nearest", {255}};
  EXPECT_GT(aligned(*make_transform(options, kIgnore)), 0);
}

TEST(RandomPerspective, KeepsEachCornerInItsQuarter) {
  std::set<int> left, right;
  for (std::uint64_t i = 0; i < 500; ++i) {
    RandomStream random(5, 0, i);
    const Corners corners = random_corners({21, 40}, 0.5, random);
    // At most int(0.5 * 20) and int(0.5 * 10) pixels inwards.
    for (const auto& [corner, x, y] : {std::tuple(0, 0, 0), {1, 29, 0}, {2, 29, 15}, {3, 0, 15}}) {
      EXPECT_GE(corners[corner].x, x);
      EXPECT_LE(corners[corner].x, x + 10);
      EXPECT_GE(corners[corner].y, y);
      EXPECT_LE(corners[corner].y, y + 5);
    }
    left.insert(corners[0].x);
    right.insert(corners[2].x);
  }
  EXPECT_EQ(left.size(), 11u);
  EXPECT_EQ(right.size(), 11u);
}

TEST(RandomPerspective, HappensWithItsProbability) {
  const auto transform = make_transform(config::RandomPerspective{0.8, 0.3}, kIgnore);
  expect_frequency(changes(*transform, place_sample({40, 40}), 1000), 1000, 0.3);
}

TEST(ElasticTransform, MovesPictureAndMaskTogether) {
  config::ElasticTransform options{{90}, {4}, "nearest", {255}};
  EXPECT_GT(aligned(*make_transform(options, kIgnore)), 0);
  options.sigma = {0};
  options.alpha = {3, 0};
  const Sample sample = apply(*make_transform(options, kIgnore), place_sample({20, 30}));
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 30; ++x) {
      const std::uint8_t* pixel = sample.picture.pixels.data() + (y * 30 + x) * 3;
      if (pixel[0] == 255) continue;
      EXPECT_EQ(pixel[0], y);  // alpha of y is 0
      EXPECT_LE(std::abs(pixel[1] - x), 2);
    }
  }
}

TEST(ElasticTransform, IsSmootherTheGreaterItsSigma) {
  const auto roughness = [](double sigma) {
    config::ElasticTransform options{{50 * sigma * sigma}, {sigma}, "nearest", {255}};
    const Sample sample = apply(*make_transform(options, kIgnore), place_sample({60, 60}));
    int sum = 0;
    for (std::size_t i = 3; i < sample.picture.pixels.size(); i += 3) {
      sum += std::abs(sample.picture.pixels[i] - sample.picture.pixels[i - 3]);
    }
    return sum;
  };
  EXPECT_GT(roughness(0.5), roughness(6) / 2);
}

TEST(ElasticTransform, RefusesBadOptions) {
  const auto make = [](config::ElasticTransform options) {
    return message_of([&] { make_transform(options, kIgnore); });
  };
  EXPECT_EQ(make({{-1}, {5}}),
            "ElasticTransform.alpha = [-1]: must be one number or [of x, of y], in 0 to 10000");
  EXPECT_EQ(make({{1}, {5, 6, 7}}),
            "ElasticTransform.sigma = [5, 6, 7]: must be one number or [of x, of y], in 0 to 64");
}

}  // namespace
}  // namespace carica::data
