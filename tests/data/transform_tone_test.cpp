#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "data/pixels/photometric.h"
#include "data/pixels/tone.h"
#include "data/transforms/blur.h"
#include "data/transforms/crop.h"
#include "data/transforms/erase.h"
#include "data/transforms/photometric.h"
#include "data/transforms/tone.h"
#include "transform_support.h"

namespace carica::data {
namespace {

Sample noise_sample(Size size) { return {noise_picture(size, 7), noise_mask(size, 8), -1}; }

TEST(RandomTone, HappensWithItsProbability) {
  constexpr int kTrials = 1500;
  const Sample sample = noise_sample({30, 30});
  const auto check = [&](const auto& options, double p) {
    expect_frequency(changes(*make_transform(options), sample, kTrials), kTrials, p);
  };
  check(config::RandomGrayscale{}, 0.1);
  check(config::RandomPosterize{2, 0.3}, 0.3);
  check(config::RandomSolarize{10}, 0.5);
  check(config::RandomEqualize{0.7}, 0.7);
  check(config::RandomAdjustSharpness{2, 0.2}, 0.2);
  check(config::RandomInvert{0.9}, 0.9);
  const Sample narrow{{{1, 2}, {9, 9, 9, 20, 20, 20}}, {}, -1};
  expect_frequency(changes(*make_transform(config::RandomAutocontrast{0.4}), narrow, kTrials),
                   kTrials, 0.4);
}

TEST(RandomTone, DrawsOneNumberAndLeavesTheMask) {
  const auto transform = make_transform(config::RandomInvert{1});
  Sample sample = noise_sample({5, 6});
  const PixelBytes mask = sample.mask.values;
  RandomStream random(1, 0, 0), again(1, 0, 0);
  transform->apply(sample, random);
  again.chance(1);
  EXPECT_EQ(random.next(), again.next());
  EXPECT_EQ(sample.mask.values, mask);
  EXPECT_EQ(sample.picture.pixels[0], 255 - noise_sample({5, 6}).picture.pixels[0]);
}

TEST(RandomTone, RefusesBadOptions) {
  const auto of = [](const auto& options) { return message_of([&] { make_transform(options); }); };
  EXPECT_EQ(of(config::RandomPosterize{9}), "RandomPosterize.bits = 9: must be in 0 to 8");
  EXPECT_EQ(of(config::RandomSolarize{256}), "RandomSolarize.threshold = 256: must be in 0 to 255");
  EXPECT_EQ(of(config::RandomAdjustSharpness{-1}),
            "RandomAdjustSharpness.sharpness_factor = -1: must be 0 or more");
  EXPECT_EQ(of(config::RandomEqualize{1.5}), "RandomEqualize.p = 1.5: must be in [0, 1]");
  EXPECT_EQ(of(config::RandomInvert{std::nan("")}), "RandomInvert.p = nan: must be in [0, 1]");
}

TEST(GaussianBlur, DrawsSigmaAndRefusesBadOptions) {
  const Sample sample = noise_sample({20, 20});
  const auto fixed = make_transform(config::GaussianBlur{{5, 3}, {1.5}});
  EXPECT_EQ(apply(*fixed, sample, 0).picture.pixels, apply(*fixed, sample, 1).picture.pixels);
  const auto drawn = make_transform(config::GaussianBlur{{5}});
  EXPECT_NE(apply(*drawn, sample, 0).picture.pixels, apply(*drawn, sample, 1).picture.pixels);
  const auto of = [](config::GaussianBlur options) {
    return message_of([&] { make_transform(options); });
  };
  EXPECT_EQ(of({{4}}),
            "GaussianBlur.kernel_size = [4]: must be one odd number or [width, height], each at "
            "least 1");
  EXPECT_EQ(of({{3}, {0.0, 1.0}}),
            "GaussianBlur.sigma = [0, 1]: must be [low, high] with 0 < low <= high");
}

TEST(Pad, AddsBordersToPictureAndMask) {
  const config::Pad options{{1, 2, 3, 4}, {255}};
  const auto pad = make_transform(options, kIgnore);
  const Sample sample = apply(*pad, place_sample({5, 6}));
  EXPECT_EQ(sample.picture.size, (Size{11, 10}));
  EXPECT_EQ(outside_pixels(sample, 255), 11 * 10 - 30);
  EXPECT_EQ(sample.mask.values[2 * 10 + 1], place_value(0, 0));
  EXPECT_EQ(pad->output_size(Size{5, 6}), (Size{11, 10}));
  EXPECT_EQ(pad->output_size(std::nullopt), std::nullopt);
  for (const char* mode : {"edge", "reflect", "symmetric"}) {
    const auto other = make_transform(config::Pad{{20, 9}, {0}, mode}, kIgnore);
    EXPECT_EQ(outside_pixels(apply(*other, place_sample({5, 6})), 255), 0) << mode;
  }
}

TEST(Pad, RefusesBadOptions) {
  const auto of = [](config::Pad options) {
    return message_of([&] { make_transform(options, kIgnore); });
  };
  EXPECT_EQ(of({{1, 2, 3}}),
            "Pad.padding = [1, 2, 3]: must be one number, [left/right, top/bottom] or [left, top, "
            "right, bottom], each 0 or more");
  EXPECT_EQ(of({{1}, {256}}),
            "Pad.fill = [256]: must be one number or [red, green, blue], each in 0 to 255");
  EXPECT_EQ(of({{1}, {0}, "wrap"}),
            "Pad.padding_mode = wrap: must be constant, edge, reflect or symmetric");
}

TEST(RandomCrop, DrawsAgainWhereOneClassCoversTooMuch) {
  // Class 1 with a column of class 2 at the right: most crops hold class 1 only.
  Sample sample{place_picture({10, 40}), {{10, 40}, PixelBytes(400, 1)}, -1};
  for (int y = 0; y < 10; ++y) sample.mask.values[y * 40 + 38] = 2;
  const auto varied = [&](double most) {
    config::RandomCrop options{{10, 8}};
    options.cat_max_ratio = most;
    const auto crop = make_transform(options, kIgnore);
    int count = 0;
    for (std::uint64_t i = 0; i < 300; ++i) {
      const auto& values = apply(*crop, sample, i).mask.values;
      count += std::count(values.begin(), values.end(), 2) > 0;
    }
    return count;
  };
  // 33 starts, 2 of which reach column 38; eleven draws instead of one.
  const double one = 2.0 / 33;
  expect_frequency(varied(1), 300, one);
  expect_frequency(varied(0.9), 300, 1 - std::pow(1 - one, 11));
  // No crop is below an eighth: all eleven draws fail, and the last one stays.
  expect_frequency(varied(0.1), 300, one);
}

TEST(RandomCrop, LeavesTheIgnoredOutOfTheShare) {
  // 60 of class 1, 20 of class 2, 20 ignored: class 1 covers 0.75 of the labelled pixels.
  Sample sample{place_picture({10, 10}), {{10, 10}, PixelBytes(100, 1)}, -1};
  std::fill_n(sample.mask.values.begin(), 20, std::uint8_t{2});
  std::fill_n(sample.mask.values.begin() + 20, 20, kIgnore);
  config::RandomCrop options{{10}};
  for (const auto& [most, draws] : {std::pair(0.7, 10), {0.76, 0}}) {
    options.cat_max_ratio = most;
    options.size = {10, 9};  // all rows: the shares are the same wherever the crop is
    Sample copy = sample;
    RandomStream random(2, 0, 0), again(2, 0, 0);
    make_transform(options, kIgnore)->apply(copy, random);
    for (int i = 0; i < draws + 1; ++i) again.below(2);
    EXPECT_EQ(random.next(), again.next());
  }
  options.cat_max_ratio = 0;
  EXPECT_EQ(message_of([&] { make_transform(options, kIgnore); }),
            "RandomCrop.cat_max_ratio = 0: must be above 0 and at most 1");
}

TEST(RandomErasing, WritesWhatNormalizeTurnsIntoTheValue) {
  const Normalization normalization{{0.5f, 0.25f, 0.0f}, {0.25f, 0.25f, 1.0f}};
  const auto colour = [&](std::vector<std::string> value) {
    config::RandomErasing options{1, {0.2, 0.3}, {0.5, 2}, std::move(value)};
    const Sample black{{{20, 20}, PixelBytes(1200, 1)}, {}, -1};
    const Sample sample = apply(*make_transform(options, normalization), black);
    std::set<Colour> colours;
    for (std::size_t i = 0; i < 1200; i += 3) {
      colours.insert(
          {sample.picture.pixels[i], sample.picture.pixels[i + 1], sample.picture.pixels[i + 2]});
    }
    colours.erase(Colour{1, 1, 1});
    return colours;
  };
  using Colours = std::set<Colour>;
  EXPECT_EQ(colour({"0"}), (Colours{Colour{128, 64, 0}}));
  EXPECT_EQ(colour({"1"}), (Colours{Colour{191, 128, 255}}));
  EXPECT_EQ(colour({"-1", "1", "0.5"}), (Colours{Colour{64, 128, 128}}));
  EXPECT_EQ(colour({"+1"}), colour({"1"}));  // whatever a config takes for a number
  EXPECT_EQ(colour({"-1", "+1.0", "+5e-1"}), colour({"-1", "1", "0.5"}));
  EXPECT_GT(colour({"random"}).size(), 50u);
}

TEST(RandomErasing, KeepsTheMaskAndStaysInItsRanges) {
  const config::RandomErasing options;
  int found = 0, outside_share = 0;
  double sum = 0;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    RandomStream random(6, 0, i);
    const auto window = random_erased_window({200, 300}, options, random);
    if (!window) continue;
    ++found;
    const double share = window->size.height * window->size.width / 60000.0;
    const double ratio = 1.0 * window->size.height / window->size.width;
    outside_share += share < 0.0195 || share > 0.335 || ratio < 0.28 || ratio > 3.5;
    EXPECT_LT(window->size.height, 200);
    EXPECT_LE(window->top + window->size.height, 200);
    EXPECT_LE(window->left + window->size.width, 300);
    sum += share;
  }
  EXPECT_EQ(outside_share, 0);
  EXPECT_GT(found, 3900);
  EXPECT_NEAR(sum / found, 0.17, 0.01);  // a little under the middle: large ones fit less often

  const auto erase = make_transform(config::RandomErasing{1}, Normalization{});
  const Sample sample = noise_sample({30, 30});
  EXPECT_EQ(apply(*erase, sample).mask.values, sample.mask.values);
  EXPECT_EQ(changes(*erase, Sample{noise_picture({1, 9}, 1), {}, -1}, 20), 0);  // nothing fits
  const auto half = make_transform(config::RandomErasing{}, Normalization{});
  expect_frequency(changes(*half, sample, 1000), 1000, 0.5);
}

TEST(RandomErasing, RefusesValuesThatNoByteHas) {
  const Normalization normalization{{0.5f, 0.5f, 0.5f}, {0.25f, 0.25f, 0.25f}};
  const auto of = [&](std::vector<std::string> value) {
    const config::RandomErasing options{1, {0.1, 0.2}, {1, 1}, std::move(value)};
    return message_of([&] { make_transform(options, normalization); });
  };
  EXPECT_EQ(of({"2"}), "nothing was thrown");
  EXPECT_EQ(of({"2.5"}), "RandomErasing.value = 2.5: must be in -2 to 2 for red");
  EXPECT_EQ(of({"0", "-3", "0"}), "RandomErasing.value = [0, -3, 0]: must be in -2 to 2 for green");
  EXPECT_EQ(of({"white"}),
            "RandomErasing.value = white: must be a number, [red, green, blue] or random");
  const config::RandomErasing scale{1, {0.5, 1.5}};
  EXPECT_EQ(message_of([&] { make_transform(scale, normalization); }),
            "RandomErasing.scale = [0.5, 1.5]: must be [low, high] with 0 <= low <= high <= 1");
}

TEST(PhotoMetricDistortion, AppliesItsStepsInTheDocumentedOrder) {
  const config::PhotoMetricDistortion options;
  const auto distort = make_transform(options);
  const Sample original = noise_sample({12, 12});
  int brightened = 0, early = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    RandomStream random(11, 0, i);
    Picture expected = original.picture;
    if (random.chance(0.5)) {
      ++brightened;
      scale_values(expected, 1, static_cast<float>(random.uniform(-32, 32)));
    }
    const auto contrast = [&] {
      if (random.chance(0.5))
        scale_values(expected, static_cast<float>(random.uniform(0.5, 1.5)), 0);
    };
    const bool contrast_first = random.below(2) == 1;
    early += contrast_first;
    if (contrast_first) contrast();
    if (random.chance(0.5))
      scale_saturation(expected, static_cast<float>(random.uniform(0.5, 1.5)));
    if (random.chance(0.5)) shift_hue(expected, static_cast<int>(random.below(36)) - 18);
    if (!contrast_first) contrast();
    const Sample result = apply(*distort, original, i);
    EXPECT_EQ(result.picture.pixels, expected.pixels);
    EXPECT_EQ(result.mask.values, original.mask.values);
  }
  expect_frequency(brightened, 400, 0.5);
  expect_frequency(early, 400, 0.5);
}

TEST(PhotoMetricDistortion, RefusesBadOptions) {
  config::PhotoMetricDistortion options;
  options.hue_delta = 181;
  EXPECT_EQ(message_of([&] { make_transform(options); }),
            "PhotoMetricDistortion.hue_delta = 181: must be in 0 to 180");
  options = {};
  options.contrast_range = {1.5, 0.5};
  EXPECT_EQ(message_of([&] { make_transform(options); }),
            "PhotoMetricDistortion.contrast_range = [1.5, 0.5]: must be [low, high] with 0 <= low "
            "<= high");
  EXPECT_EQ(message_of([] { make_transform(config::CLAHE{0}); }),
            "CLAHE.clip_limit = 0: must be above 0");
  EXPECT_EQ(message_of([] {
              make_transform(config::CLAHE{1, {8}});
            }),
            "CLAHE.tile_grid_size = [8]: must be [along x, along y], each in 1 to 256");
}

}  // namespace
}  // namespace carica::data
