#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "core/error.h"
#include "data/images/image_io.h"
#include "data/pixels/crop.h"
#include "data/transforms/crop.h"
#include "data/transforms/geometry.h"
#include "golden/transforms_golden.h"
#include "transform_support.h"

namespace carica::data {
namespace {

TEST(Resize, ScalesTheShorterSideLikeTorchvision) {
  for (const golden::GoldenSize& expected : golden::kShorterSide) {
    const auto resize = make_transform(config::Resize{{expected.side}});
    EXPECT_EQ(apply(*resize, place_sample(expected.source)).picture.size, expected.result);
    EXPECT_EQ(resize->output_size(expected.source), expected.result);
  }
}

TEST(Resize, TakesBothSidesAsTheyAreGiven) {
  const auto resize = make_transform(config::Resize{{12, 20}});
  const Sample sample = apply(*resize, place_sample({30, 30}));
  EXPECT_EQ(sample.picture.size, (Size{12, 20}));
  EXPECT_EQ(sample.mask.values, resize_nearest(place_mask({30, 30}), {12, 20}).values);
  EXPECT_EQ(resize->output_size(std::nullopt), (Size{12, 20}));
}

TEST(Resize, MovesPictureAndMaskTogetherByNearest) {
  const auto resize = make_transform(config::Resize{{17, 40}, "nearest"});
  EXPECT_EQ(outside_pixels(apply(*resize, place_sample({23, 31})), 255), 0);
}

TEST(Resize, RefusesBadOptionsAndAbsurdResults) {
  const auto make = [](config::Resize options) {
    return message_of([&] { make_transform(options); }, ErrorCode::kConfig);
  };
  EXPECT_EQ(make({{}}), "Resize.size = []: must be one number or [height, width], each at least 1");
  EXPECT_EQ(make({{8, 0}}),
            "Resize.size = [8, 0]: must be one number or [height, width], each at least 1");
  EXPECT_EQ(make({{8}, "lanczos"}),
            "Resize.interpolation = lanczos: must be bilinear, nearest or area");
  const auto resize = make_transform(config::Resize{{1024}});
  EXPECT_EQ(message_of(
                [&] {
                  apply(*resize, place_sample({1, 30000}));
                },
                ErrorCode::kData),
            "Resize: a picture of 1x30000 would become 1024x30720000; at most 268435456 pixels are "
            "allowed");
}

TEST(CenterCrop, CutsAndPadsLikeTorchvision) {
  for (const golden::GoldenPicture& expected : golden::kCenterCrops) {
    const config::CenterCrop options{{expected.size.height, expected.size.width}};
    const Sample sample = apply(*make_transform(options, kIgnore),
                                {noise_picture(expected.source, expected.seed), {}, -1});
    EXPECT_EQ(sample.picture.pixels, expected.bytes);
  }
}

TEST(CenterCrop, PadsMasksWithTheIgnoreValue) {
  const auto crop = make_transform(config::CenterCrop{{6}}, kIgnore);
  const Sample sample = apply(*crop, place_sample({4, 9}));
  EXPECT_EQ(sample.mask.values[0], kIgnore);
  EXPECT_EQ(sample.mask.values[6], place_value(0, 2));  // (9 - 6) / 2 rounds to even
  EXPECT_EQ(sample.mask.values[5 * 6], kIgnore);
}

TEST(Crop, MakesBordersLikeTorchvision) {
  const Border borders[] = {Border::kConstant, Border::kEdge, Border::kReflect};
  for (std::size_t i = 0; i < golden::kBorders.size(); ++i) {
    const golden::GoldenPicture& expected = golden::kBorders[i];
    const Picture source = noise_picture(expected.source, expected.seed);
    EXPECT_EQ(crop(source, -5, -5, expected.size, borders[i], {77, 77, 77}).pixels, expected.bytes)
        << expected.name;
  }
}

TEST(Crop, MayLieWhollyOutside) {
  const Mask mask = place_mask({3, 4});
  for (const std::uint8_t value : crop(mask, 10, -20, {2, 5}, Border::kConstant, 9).values) {
    EXPECT_EQ(value, 9);
  }
  for (const std::uint8_t value : crop(mask, 10, -20, {2, 5}, Border::kEdge).values) {
    EXPECT_EQ(value, place_value(2, 0));
  }
  EXPECT_EQ(crop(Mask{{1, 1}, {5}}, -3, -3, {7, 7}, Border::kReflect).values, PixelBytes(49, 5));
}

TEST(RandomCrop, MovesPictureAndMaskTogetherAndReachesEveryPlace) {
  config::RandomCrop options{{8, 8}};
  options.padding = 2;
  options.fill = {255};
  const auto crop = make_transform(options, kIgnore);
  std::set<std::pair<int, int>> starts;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const Sample sample = apply(*crop, place_sample({10, 9}), i);
    outside_pixels(sample, 255);
    // The middle of the crop always lies inside.
    const std::uint8_t* middle = sample.picture.pixels.data() + (4 * 8 + 4) * 3;
    starts.insert({middle[0] - 4, middle[1] - 4});
  }
  EXPECT_EQ(starts.size(), 7u * 6u);  // tops -2..4, lefts -2..3
  EXPECT_EQ(starts.begin()->first, -2);
  EXPECT_EQ(starts.rbegin()->first, 4);
}

TEST(RandomCrop, PadsASmallPictureOnAnySide) {
  config::RandomCrop options{{12, 5}};
  options.fill = {255};
  const auto crop = make_transform(options, kIgnore);
  std::set<int> tops;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const Sample sample = apply(*crop, place_sample({9, 7}), i);
    EXPECT_EQ(sample.picture.size, (Size{12, 5}));
    EXPECT_EQ(outside_pixels(sample, 255), 3 * 5);
    int top = 0;
    while (sample.mask.values[top * 5] == kIgnore) ++top;
    tops.insert(top);
  }
  EXPECT_EQ(tops, (std::set<int>{0, 1, 2, 3}));
}

TEST(RandomCrop, FillsWithAColour) {
  config::RandomCrop options{{5, 3}};
  options.fill = {250, 251, 252};
  const auto crop = make_transform(options, kIgnore);
  const Sample sample = apply(*crop, place_sample({1, 3}));
  int filled = 0;
  for (std::size_t i = 0; i < 15; ++i) {
    const auto* pixel = &sample.picture.pixels[3 * i];
    if (sample.mask.values[i] != kIgnore) continue;
    EXPECT_EQ((Colour{pixel[0], pixel[1], pixel[2]}), (Colour{250, 251, 252}));
    ++filled;
  }
  EXPECT_EQ(filled, 12);
}

TEST(RandomCrop, MirrorsMasksWithTheirPictures) {
  for (const char* mode : {"reflect", "edge", "symmetric"}) {
    config::RandomCrop options{{16, 16}};
    options.padding_mode = mode;
    const auto crop = make_transform(options, kIgnore);
    for (std::uint64_t i = 0; i < 20; ++i) {
      EXPECT_EQ(outside_pixels(apply(*crop, place_sample({9, 12}), i), 255), 0);
    }
  }
}

TEST(RandomCrop, RefusesASmallPictureWhenToldNotToPad) {
  config::RandomCrop options{{8, 8}};
  options.pad_if_needed = false;
  const auto crop = make_transform(options, kIgnore);
  EXPECT_EQ(message_of(
                [&] {
                  apply(*crop, place_sample({7, 9}));
                },
                ErrorCode::kData),
            "RandomCrop: the picture is 7x9; it must be at least 8x8 with padding 0");
  options.padding_mode = "wrap";
  EXPECT_EQ(message_of([&] { make_transform(options, kIgnore); }, ErrorCode::kConfig),
            "RandomCrop.padding_mode = wrap: must be constant, edge, reflect or symmetric");
  options.padding_mode = "constant";
  options.fill = {1, 2};
  EXPECT_EQ(message_of([&] { make_transform(options, kIgnore); }, ErrorCode::kConfig),
            "RandomCrop.fill = [1, 2]: must be one number or [red, green, blue], each in 0 to 255");
}

TEST(RandomResizedCrop, TakesTheCentralWindowWhenNoDrawFits) {
  config::RandomResizedCrop options{{8}};
  options.scale = {1, 1};
  for (const golden::GoldenWindow& expected : golden::kCentralWindow) {
    RandomStream random(1, 0, 0);
    const Window window = random_resized_window(expected.source, options, random);
    EXPECT_EQ(window.top, expected.top);
    EXPECT_EQ(window.left, expected.left);
    EXPECT_EQ(window.size, expected.size);
  }
}

TEST(RandomResizedCrop, DrawsAreaUniformlyAndRatioLogUniformly) {
  const config::RandomResizedCrop options{{8}, {0.08, 0.5}, {0.75, 4.0 / 3}};
  const Size picture{400, 400};
  constexpr int kDraws = 4000;
  double area = 0, log_ratio = 0;
  for (int i = 0; i < kDraws; ++i) {
    RandomStream random(3, 0, static_cast<std::uint64_t>(i));
    const Window window = random_resized_window(picture, options, random);
    EXPECT_GE(window.top, 0);
    EXPECT_LE(window.top + window.size.height, 400);
    EXPECT_GE(window.left, 0);
    EXPECT_LE(window.left + window.size.width, 400);
    area += pixel_count(window.size) / 160000.0 / kDraws;
    log_ratio += std::log(double(window.size.width) / window.size.height) / kDraws;
  }
  EXPECT_NEAR(area, 0.29, 0.01);
  EXPECT_NEAR(log_ratio, 0, 0.01);
}

TEST(RandomResizedCrop, GivesItsSizeForTheStrangestPictures) {
  const auto crop = make_transform(config::RandomResizedCrop{{7, 9}});
  for (const Size size : {Size{1, 1}, Size{1, 5000}, Size{5000, 1}, Size{7, 9}, Size{2, 3}}) {
    for (std::uint64_t i = 0; i < 50; ++i) {
      const Sample sample = apply(*crop, place_sample(size), i);
      EXPECT_EQ(sample.picture.size, (Size{7, 9}));
      EXPECT_EQ(sample.mask.size, (Size{7, 9}));
    }
  }
}

TEST(RandomFlip, MirrorsPictureAndMask) {
  const auto horizontal = make_transform(config::RandomHorizontalFlip{1});
  const auto vertical = make_transform(config::RandomVerticalFlip{1});
  const Size size{5, 67};
  const Sample sideways = apply(*horizontal, place_sample(size));
  const Sample upside_down = apply(*vertical, place_sample(size));
  EXPECT_EQ(outside_pixels(sideways, 255), 0);
  EXPECT_EQ(outside_pixels(upside_down, 255), 0);
  for (int x = 0; x < 67; ++x) {
    EXPECT_EQ(sideways.picture.pixels[x * 3 + 1], 66 - x);
    EXPECT_EQ(upside_down.picture.pixels[x * 3], 4);
  }
}

TEST(RandomFlip, HappensAsOftenAsAsked) {
  const auto flip = make_transform(config::RandomHorizontalFlip{0.25});
  int flipped = 0;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    flipped += apply(*flip, place_sample({1, 2}), i).picture.pixels[1] == 1;
  }
  EXPECT_NEAR(flipped, 1000, 120);
  EXPECT_THROW(make_transform(config::RandomHorizontalFlip{1.5}), Error);
}

TEST(RandomResize, KeepsTheAspectRatioWithinItsRange) {
  const auto resize = make_transform(config::RandomResize{{0.5, 2.0}});
  int least = 1000, most = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const Sample sample = apply(*resize, place_sample({50, 100}), i);
    EXPECT_NEAR(sample.picture.size.width, 2 * sample.picture.size.height, 1);
    EXPECT_EQ(sample.mask.size, sample.picture.size);
    least = std::min(least, sample.picture.size.height);
    most = std::max(most, sample.picture.size.height);
  }
  EXPECT_GE(least, 25);
  EXPECT_LE(least, 27);
  EXPECT_GE(most, 97);
  EXPECT_LT(most, 100);
  EXPECT_EQ(
      apply(*make_transform(config::RandomResize{{0.1, 0.2}}), place_sample({1, 3})).picture.size,
      (Size{1, 1}));
  EXPECT_THROW(make_transform(config::RandomResize{{2.0, 0.5}}), Error);
  EXPECT_THROW(make_transform(config::RandomResize{{0.0, 0.5}}), Error);
}

}  // namespace
}  // namespace carica::data
