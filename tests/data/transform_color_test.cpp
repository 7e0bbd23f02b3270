#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "core/error.h"
#include "data/pixels/color.h"
#include "data/transforms/color.h"
#include "golden/transforms_golden.h"
#include "transform_pictures.h"

namespace carica::data {
namespace {

// The picture of colors() in make_transforms.py: noise with a grey first row.
Picture color_source(Size size, std::uint32_t seed) {
  Picture picture = noise_picture(size, seed);
  for (int x = 0; x < size.width; ++x) {
    picture.pixels[x * 3 + 1] = picture.pixels[x * 3 + 2] = picture.pixels[x * 3];
  }
  return picture;
}

Sample sample_of(Picture picture) { return {std::move(picture), {}, 0}; }

TEST(ColorJitter, HasTorchvisionsFormulas) {
  const std::map<std::string, void (*)(Picture&, float)> functions = {
      {"brightness", adjust_brightness},
      {"contrast", adjust_contrast},
      {"saturation", adjust_saturation},
      {"hue", adjust_hue}};
  for (const golden::GoldenPicture& expected : golden::kColors) {
    Picture picture = color_source(expected.source, expected.seed);
    functions.at(expected.name)(picture, static_cast<float>(expected.argument));
    EXPECT_LE(greatest_difference(picture.pixels, expected.bytes), 1)
        << expected.name << " " << expected.argument;
  }
}

TEST(ColorJitter, LeavesEveryColourAloneWithNeutralFactors) {
  const Picture original = noise_picture({64, 67}, 1);
  Picture picture = original;
  adjust_brightness(picture, 1);
  adjust_contrast(picture, 1);
  adjust_saturation(picture, 1);
  EXPECT_EQ(picture.pixels, original.pixels);
  adjust_hue(picture, 0);
  EXPECT_LE(greatest_difference(picture.pixels, original.pixels), 1);
}

TEST(ColorJitter, KeepsGreyGreyWhateverTheHue) {
  Picture picture{{1, 3}, {0, 0, 0, 9, 9, 9, 255, 255, 255}};
  const PixelBytes before = picture.pixels;
  adjust_hue(picture, 0.37f);
  EXPECT_EQ(picture.pixels, before);
}

TEST(ColorJitter, DrawsDifferentPicturesFromDifferentStreamsAndTheSameFromOne) {
  const auto jitter = make_transform(config::ColorJitter{0.4, 0.4, 0.4, 0.1});
  const Picture original = noise_picture({20, 20}, 2);
  std::vector<PixelBytes> results;
  for (const std::uint64_t index : {0u, 1u, 0u}) {
    Sample sample = sample_of(original);
    RandomStream random(5, 0, index);
    jitter->apply(sample, random);
    results.push_back(sample.picture.pixels);
  }
  EXPECT_EQ(results[0], results[2]);
  EXPECT_NE(results[0], results[1]);
}

TEST(ColorJitter, StaysWithinItsAmount) {
  const auto jitter = make_transform(config::ColorJitter{0.25, 0, 0, 0});
  int least = 255, most = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    Sample sample = sample_of({{1, 1}, {100, 100, 100}});
    RandomStream random(5, 0, i);
    jitter->apply(sample, random);
    least = std::min<int>(least, sample.picture.pixels[0]);
    most = std::max<int>(most, sample.picture.pixels[0]);
  }
  EXPECT_GE(least, 75);
  EXPECT_LE(least, 77);
  EXPECT_LE(most, 125);
  EXPECT_GE(most, 122);
}

TEST(ColorJitter, AppliesItsPartsInRandomOrder) {
  // Brightness 0..2 and contrast 0..2 do not commute: with equal factors both orders must occur.
  const auto jitter = make_transform(config::ColorJitter{0.9, 0.9, 0, 0});
  const Picture original = noise_picture({8, 8}, 9);
  int brightness_first = 0, contrast_first = 0;
  for (std::uint64_t i = 0; i < 64; ++i) {
    Sample sample = sample_of(original);
    RandomStream random(1, 0, i), again(1, 0, i);
    jitter->apply(sample, random);
    const std::vector<std::int64_t> order = permutation(4, again);
    const auto place = [&](int part) {
      return std::find(order.begin(), order.end(), part) - order.begin();
    };
    Picture expected = original;
    const bool brighten = place(0) < place(1);
    const auto first = static_cast<float>(again.uniform(0.1, 1.9));
    const auto second = static_cast<float>(again.uniform(0.1, 1.9));
    if (brighten) {
      adjust_brightness(expected, first);
      adjust_contrast(expected, second);
      ++brightness_first;
    } else {
      adjust_contrast(expected, first);
      adjust_brightness(expected, second);
      ++contrast_first;
    }
    EXPECT_LE(greatest_difference(sample.picture.pixels, expected.pixels), 1);
  }
  EXPECT_GT(brightness_first, 10);
  EXPECT_GT(contrast_first, 10);
}

TEST(ColorJitter, RefusesAmountsThatMakeNoSense) {
  EXPECT_THROW(make_transform(config::ColorJitter{-0.1, 0, 0, 0}), Error);
  EXPECT_THROW(make_transform(config::ColorJitter{0, std::nan(""), 0, 0}), Error);
  try {
    make_transform(config::ColorJitter{0, 0, 0, 0.6});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    EXPECT_STREQ(error.what(), "ColorJitter.hue = 0.6: must be in 0 to 0.5");
  }
}

}  // namespace
}  // namespace carica::data
