#include <gtest/gtest.h>

#include <set>
#include <span>

#include "transform_support.h"

namespace carica::data {
namespace {

using Options = std::vector<config::TransformOptions>;

// One of each kind that is safe on any picture, as random as it gets.
Options every_transform() {
  config::RandomRotation expanding{{180}, "bilinear", true};
  config::RandomAffine affine{{180}, {1, 1}, {0.3, 3}, {60}};
  affine.interpolation = "bilinear";
  config::RandomCrop crop{{3, 5}};
  crop.cat_max_ratio = 0.5;
  return {config::Resize{{4, 6}},
          config::CenterCrop{{3}},
          crop,
          config::RandomResizedCrop{{5}},
          config::RandomHorizontalFlip{},
          config::RandomVerticalFlip{},
          config::ColorJitter{0.5, 0.5, 0.5, 0.5},
          config::RandomResize{},
          config::Pad{{3, 0, 9, 1}, {1, 2, 3}, "symmetric"},
          config::RandomRotation{{180}},
          expanding,
          affine,
          config::RandomPerspective{1, 1},
          config::RandomPerspective{1, 1, "nearest"},
          config::ElasticTransform{{900}, {0, 2}},
          config::RandomGrayscale{1},
          config::GaussianBlur{{23}},
          config::RandomErasing{1, {0, 1}, {0.01, 100}, {"random"}},
          config::RandomPosterize{0, 1},
          config::RandomSolarize{0, 1},
          config::RandomEqualize{1},
          config::RandomAutocontrast{1},
          config::RandomAdjustSharpness{3, 1},
          config::RandomInvert{1},
          config::AutoAugment{"svhn"},
          config::RandAugment{5, 30},
          config::TrivialAugmentWide{},
          config::AugMix{10, 5},
          config::CLAHE{},
          config::PhotoMetricDistortion{}};
}

std::string name_of(std::size_t i) { return "transform " + std::to_string(i); }

TEST(EveryTransform, TakesPicturesOfAnySizeAndAgreesOnTheResultsSize) {
  const Options all = every_transform();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool mixes = std::holds_alternative<config::AugMix>(all[i]);
    const Pipeline pipeline(std::span(&all[i], 1), kIgnore);
    for (const Size size : {Size{1, 1}, Size{1, 17}, Size{17, 1}, Size{2, 2}, Size{3, 40}}) {
      for (const bool has_mask : {false, true}) {
        if (mixes && has_mask) continue;
        for (std::uint64_t index = 0; index < 12; ++index) {
          Sample sample{noise_picture(size, 5), has_mask ? noise_mask(size, 6) : Mask{}, 2};
          RandomStream random(1, 2, index);
          pipeline.apply(sample, random);
          EXPECT_EQ(sample.label, 2);
          ASSERT_EQ(sample.picture.pixels.size(), pixel_count(sample.picture.size) * 3)
              << name_of(i);
          ASSERT_EQ(sample.mask.values.size(), has_mask ? pixel_count(sample.picture.size) : 0u)
              << name_of(i);
          const auto expected = pipeline.output_size(size);
          EXPECT_EQ(sample.picture.size, expected.value_or(sample.picture.size)) << name_of(i);
        }
      }
    }
  }
}

TEST(EveryTransform, DependsOnItsStreamAlone) {
  const Options all = every_transform();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Pipeline pipeline(std::span(&all[i], 1), kIgnore), other(std::span(&all[i], 1), kIgnore);
    Sample first{noise_picture({19, 23}, 5), {}, 0};
    Sample second = first;
    RandomStream random(1, 2, 3), again(1, 2, 3);
    pipeline.apply(first, random);
    other.apply(second, again);
    EXPECT_EQ(first.picture.pixels, second.picture.pixels) << name_of(i);
    EXPECT_EQ(random.next(), again.next()) << name_of(i);
  }
}

TEST(EveryTransform, PutsNothingIntoMasksButTheirValuesAndIgnore) {
  const Options all = every_transform();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::holds_alternative<config::AugMix>(all[i])) continue;
    const Pipeline pipeline(std::span(&all[i], 1), kIgnore);
    for (std::uint64_t index = 0; index < 12; ++index) {
      Sample sample{noise_picture({19, 23}, 5), {{19, 23}, PixelBytes(19 * 23, 7)}, 0};
      RandomStream random(4, 5, index);
      pipeline.apply(sample, random);
      for (const std::uint8_t value : sample.mask.values) {
        ASSERT_TRUE(value == 7 || value == kIgnore) << name_of(i);
      }
    }
  }
}

TEST(EveryTransform, HasATestHere) {
  const Options all = every_transform();
  std::set<std::size_t> kinds;
  for (const auto& options : all) kinds.insert(options.index());
  EXPECT_EQ(kinds.size() + 1, std::variant_size_v<config::TransformOptions>);  // and Normalize
}

}  // namespace
}  // namespace carica::data
