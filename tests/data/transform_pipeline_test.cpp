#include <gtest/gtest.h>

#include <string>

#include "core/error.h"
#include "data/transforms/pipeline.h"
#include "transform_pictures.h"

namespace carica::data {
namespace {

using Options = std::vector<config::TransformOptions>;

std::string rejection(const Options& options, int ignore_index = 255) {
  try {
    Pipeline pipeline(options, ignore_index);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    return error.what();
  }
  return "accepted";
}

TEST(Pipeline, AppliesItsTransformsInOrder) {
  const Options options = {config::Resize{{20}}, config::CenterCrop{{16, 12}},
                           config::RandomHorizontalFlip{1}, config::ColorJitter{}};
  const Pipeline pipeline(options, 255);
  Sample sample{place_picture({40, 60}), place_mask({40, 60}), 3};
  RandomStream random(0, 0, 0);
  pipeline.apply(sample, random);
  EXPECT_EQ(sample.picture.size, (Size{16, 12}));
  EXPECT_EQ(sample.mask.size, (Size{16, 12}));
  EXPECT_EQ(sample.label, 3);
  EXPECT_GT(sample.picture.pixels[1], sample.picture.pixels[11 * 3 + 1]);  // flipped
}

TEST(Pipeline, KnowsTheSizeOfItsResults) {
  EXPECT_EQ(Pipeline({}, 255).output_size(), std::nullopt);
  EXPECT_EQ(Pipeline({}, 255).output_size(Size{5, 6}), (Size{5, 6}));
  EXPECT_EQ(Pipeline(Options{config::Resize{{10}}}, 255).output_size(), std::nullopt);
  EXPECT_EQ(Pipeline(Options{config::Resize{{10}}}, 255).output_size(Size{20, 30}), (Size{10, 15}));
  const Options jitter = {config::RandomResize{}, config::RandomCrop{{8, 9}},
                          config::RandomHorizontalFlip{}, config::ColorJitter{}};
  EXPECT_EQ(Pipeline(jitter, 255).output_size(), (Size{8, 9}));
  EXPECT_EQ(Pipeline(Options{config::RandomResize{}}, 255).output_size(Size{4, 4}), std::nullopt);
  EXPECT_EQ(Pipeline(Options{config::RandomResizedCrop{{7}}}, 255).output_size(), (Size{7, 7}));
}

TEST(Pipeline, RecordsNormalizeForTheDevice) {
  const Pipeline with(Options{config::Normalize{{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}}}, 255);
  EXPECT_FLOAT_EQ(with.normalization().mean[2], 0.3f);
  EXPECT_FLOAT_EQ(with.normalization().std[0], 0.4f);
  const Pipeline without({}, 255);
  EXPECT_EQ(without.normalization().mean[0], 0);
  EXPECT_EQ(without.normalization().std[0], 1);

  Sample sample{place_picture({3, 3}), {}, 0};
  RandomStream random(0, 0, 0);
  with.apply(sample, random);
  EXPECT_EQ(sample.picture.pixels, place_picture({3, 3}).pixels);
}

TEST(Pipeline, WantsNormalizeOnceAndLast) {
  EXPECT_EQ(rejection({config::Normalize{}, config::Resize{{8}}}),
            "transforms: Normalize is number 1 of 2; it must stand once, and last");
  EXPECT_EQ(rejection({config::Resize{{8}}, config::Normalize{}, config::Normalize{}}),
            "transforms: Normalize is number 2 of 3; it must stand once, and last");
  EXPECT_EQ(rejection({config::Normalize{{0.5}, {0.5, 0.5, 0.5}}}),
            "Normalize: 1 means and 3 standard deviations; must be 3 of each, for red, green and "
            "blue");
  EXPECT_EQ(rejection({config::Normalize{{0, 0, 0}, {1, 0, 1}}}),
            "Normalize.std = 0: must be over 0");
}

TEST(Pipeline, RefusesAnIgnoreValueThatNoMaskCanHold) {
  EXPECT_EQ(rejection({}, -100), "data.mask.ignore_index = -100: must be in 0 to 255");
  EXPECT_EQ(rejection({}, 256), "data.mask.ignore_index = 256: must be in 0 to 255");
}

TEST(Pipeline, RefusesASampleWhoseMaskDoesNotFit) {
  const Pipeline pipeline({}, 255);
  RandomStream random(0, 0, 0);
  Sample sample{place_picture({4, 6}), place_mask({6, 4}), 0};
  EXPECT_THROW(pipeline.apply(sample, random), Error);
  Sample empty;
  EXPECT_THROW(pipeline.apply(empty, random), Error);
}

}  // namespace
}  // namespace carica::data
