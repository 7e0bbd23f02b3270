#include "data/transforms/pixel_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/images/image_io.h"
#include "data/pixels/crop.h"
#include "data/transforms/pipeline.h"
#include "io_support.h"
#include "transform_pictures.h"

namespace carica::data {
namespace {

using ::testing::HasSubstr;
using Options = std::vector<config::TransformOptions>;

class Collected : public SampleSink {
 public:
  PixelRoom room(Size size, bool has_mask) override {
    picture = {size, PixelBytes(pixel_count(size) * 3)};
    mask = {};
    if (has_mask) mask = {size, PixelBytes(pixel_count(size))};
    return {picture.pixels.data(), has_mask ? mask.values.data() : nullptr};
  }
  Picture picture;
  Mask mask;
};

config::RandomCrop random_crop(std::vector<int> size, const char* mode, int padding = 0) {
  config::RandomCrop crop;
  crop.size = std::move(size);
  crop.padding_mode = mode;
  crop.padding = padding;
  crop.fill = {9, 8, 7};
  return crop;
}

// Rows of transforms that share their work, and some that cannot.
std::vector<Options> rows() {
  const config::RandomResizedCrop resized_crop{.size = {24, 20}};
  const config::RandomHorizontalFlip flip{.p = 0.5};
  const config::RandomVerticalFlip turn{.p = 0.5};
  const config::RandomResize jitter{.scale = {0.4, 2.0}};
  config::ColorJitter color;
  color.brightness = color.contrast = 0.4;
  return {
      {},
      {resized_crop},
      {resized_crop, flip},
      {resized_crop, flip, turn, flip},
      {flip, resized_crop},
      {jitter, random_crop({30, 40}, "constant"), flip},
      {jitter, random_crop({30, 40}, "reflect"), flip},
      {jitter, random_crop({30, 40}, "edge", 3), turn},
      {jitter, random_crop({50, 70}, "symmetric", 3), turn},
      {random_crop({60, 50}, "constant", 4), flip},
      {random_crop({20, 20}, "reflect", 4)},
      {random_crop({20, 20}, "constant"), config::Resize{.size = {13, 11}}},
      {config::Resize{.size = {40}}, config::CenterCrop{.size = {32}}},
      {config::Resize{.size = {30}}, config::CenterCrop{.size = {50, 20}}},
      {config::Resize{.size = {30, 50}}, config::CenterCrop{.size = {50, 20}},
       config::CenterCrop{.size = {10, 10}}},
      {config::CenterCrop{.size = {30, 20}}, config::CenterCrop{.size = {40, 10}}},
      {config::Resize{.size = {30}, .interpolation = "nearest"}, config::CenterCrop{.size = {16}}},
      {config::Resize{.size = {30}, .interpolation = "area"}, config::CenterCrop{.size = {16}}},
      {jitter, flip, random_crop({30, 40}, "constant")},
      {resized_crop, color, flip},
      {color, resized_crop},
      // Resizes that change nothing, of one of the sizes below.
      {config::Resize{.size = {47, 61}, .interpolation = "nearest"}, resized_crop},
      {config::Resize{.size = {47, 61}, .interpolation = "area"}, jitter},
      {config::Resize{.size = {75, 93}, .interpolation = "nearest"}, resized_crop, flip},
  };
}

// One after the other, each working on the pixels of the one before.
Sample step_by_step(const Options& options, Sample sample, std::uint64_t seed) {
  RandomStream random(seed, 1, 2);
  for (const auto& one : options) Pipeline(Options{one}, 255).apply(sample, random);
  return sample;
}

void show(const Sample& sample, StoredSample& stored) {
  stored.own = sample;
  stored.show_own("sample");
}

TEST(PixelPlan, GivesWhatTheTransformsGiveOneAfterTheOther) {
  StoredSample stored;
  Collected planned;
  for (const Size size : {Size{47, 61}, Size{30, 40}, Size{90, 33}}) {
    const Sample sample{noise_picture(size, 4), noise_mask(size, 5), -1};
    std::size_t row = 0;
    for (const Options& options : rows()) {
      for (std::uint64_t seed = 0; seed < 12; ++seed) {
        const Sample expected = step_by_step(options, sample, seed);
        show(sample, stored);
        RandomStream random(seed, 1, 2);
        Pipeline(options, 255).apply(stored, random, Decoding::kExact, planned);
        ASSERT_EQ(planned.picture.size, expected.picture.size) << "row " << row;
        ASSERT_EQ(planned.picture.pixels, expected.picture.pixels) << "row " << row;
        ASSERT_EQ(planned.mask.values, expected.mask.values) << "row " << row;
      }
      ++row;
    }
  }
}

TEST(PixelPlan, TakesAWindowThatNeedsNoResizing) {
  const Size whole_size{40, 50}, size{24, 20};
  config::RandomResizedCrop crop_alone{.size = {size.height, size.width}};
  crop_alone.scale = {24 * 20 / (40.0 * 50), 24 * 20 / (40.0 * 50)};
  crop_alone.ratio = {20 / 24.0, 20 / 24.0};
  const config::ColorJitter nothing{};  // stands between the crop and the file
  const Sample sample{place_picture(whole_size), place_mask(whole_size), -1};
  StoredSample stored;
  Collected planned;
  for (const Options& options : {Options{crop_alone}, Options{nothing, crop_alone}}) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      RandomStream random(seed, 1, 2), again(seed, 1, 2);
      Sample result = sample;
      Pipeline(options, 255).apply(result, random);
      ASSERT_EQ(result.picture.size, size);
      const int top = result.picture.pixels[0], left = result.picture.pixels[1];
      EXPECT_EQ(result.picture.pixels, crop(sample.picture, top, left, size).pixels);
      EXPECT_EQ(result.mask.values, crop(sample.mask, top, left, size).values);
      show(sample, stored);
      Pipeline(options, 255).apply(stored, again, Decoding::kExact, planned);
      EXPECT_EQ(planned.picture.pixels, result.picture.pixels);
      EXPECT_EQ(planned.mask.values, result.mask.values);
    }
  }
}

TEST(PixelPlan, OfAFileEqualsThatOfItsPixels) {
  StoredSample stored;
  Collected planned;
  const Picture picture = smooth_picture({75, 93});
  for (const auto& file : {encode_jpeg(picture, 80), encode_png(picture)}) {
    const Sample decoded{decode_picture(file, "a"), {}, 3};
    for (const Options& options : rows()) {
      for (std::uint64_t seed = 0; seed < 6; ++seed) {
        const Sample expected = step_by_step(options, decoded, seed);
        stored.encoded = file;
        stored.size = picture.size;
        stored.mask = {};
        RandomStream random(seed, 1, 2);
        Pipeline(options, 255).apply(stored, random, Decoding::kExact, planned);
        ASSERT_EQ(planned.picture.pixels, expected.picture.pixels);
      }
    }
  }
}

TEST(PixelPlan, ReducedDecodingStaysNearTheExactPicture) {
  StoredSample stored;
  Collected exact, reduced;
  const Picture picture = smooth_picture({400, 500});
  const auto file = encode_jpeg(picture, 90);
  stored.encoded = file;
  stored.size = picture.size;
  const Pipeline pipeline(Options{config::RandomResizedCrop{.size = {24, 24}, .scale = {0.1, 1.0}}},
                          255);
  bool differs = false;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomStream first(seed, 1, 2), second(seed, 1, 2);
    pipeline.apply(stored, first, Decoding::kExact, exact);
    pipeline.apply(stored, second, Decoding::kReduced, reduced);
    EXPECT_LE(largest_difference(exact.picture.pixels, reduced.picture.pixels), 6);
    differs = differs || exact.picture.pixels != reduced.picture.pixels;
  }
  EXPECT_TRUE(differs);
}

// Grey that rises downwards and to the right, and the mask of the same values.
Sample slope(Size size) {
  Sample sample{{size, {}}, {size, {}}, -1};
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const auto value = static_cast<std::uint8_t>(20 + (5 * x + 7 * y) / 23);
      sample.mask.values.push_back(value);
      sample.picture.pixels.insert(sample.picture.pixels.end(), 3, value);
    }
  }
  return sample;
}

double mean_difference(const Collected& made) {
  double sum = 0;
  for (std::size_t i = 0; i < made.mask.values.size(); ++i) {
    sum += made.picture.pixels[3 * i] - made.mask.values[i];
  }
  return sum / static_cast<double>(made.mask.values.size());
}

TEST(PixelPlan, ReducedDecodingLeavesTheMaskOnItsPicture) {
  StoredSample stored;
  Collected made;
  const Sample sample = slope({403, 501});
  const auto file = encode_jpeg(sample.picture, 95);
  stored.encoded = file;
  stored.size = sample.picture.size;
  stored.mask = view(sample.mask);
  config::ColorJitter nothing;
  for (const Options& options :
       {Options{config::RandomResizedCrop{.size = {24, 24}, .scale = {0.1, 0.9}}},
        Options{config::RandomResizedCrop{.size = {24, 24}, .scale = {0.1, 0.9}}, nothing},
        Options{config::Resize{.size = {48, 60}}, config::RandomHorizontalFlip{}}}) {
    const Pipeline pipeline(options, 255);
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      RandomStream exact(seed, 1, 2), reduced(seed, 1, 2);
      pipeline.apply(stored, exact, Decoding::kExact, made);
      const double usual = mean_difference(made);
      pipeline.apply(stored, reduced, Decoding::kReduced, made);
      // A pixel of the file is a quarter of a step in either direction.
      EXPECT_NEAR(mean_difference(made), usual, 0.3) << "seed " << seed;
    }
  }
}

TEST(PixelPlan, DecodesAllPixelsForNearest) {
  StoredSample stored;
  Collected exact, reduced;
  const auto file = encode_jpeg(noise_picture({160, 200}, 4), 90);
  stored.encoded = file;
  stored.size = {160, 200};
  RandomStream random(0, 1, 2);
  const Pipeline pipeline(Options{config::Resize{.size = {20, 25}, .interpolation = "nearest"}},
                          255);
  pipeline.apply(stored, random, Decoding::kExact, exact);
  pipeline.apply(stored, random, Decoding::kReduced, reduced);
  EXPECT_EQ(exact.picture.pixels, reduced.picture.pixels);
}

TEST(PixelPlan, NamesTheFileThatCannotBeDecoded) {
  StoredSample stored;
  Collected planned;
  auto file = encode_jpeg(smooth_picture({75, 93}), 80);
  file.resize(file.size() / 2);
  stored.encoded = file;
  stored.name = "cut.jpg";
  stored.size = {75, 93};
  RandomStream random(0, 1, 2);
  try {
    Pipeline({}, 255).apply(stored, random, Decoding::kExact, planned);
    FAIL() << "nothing was thrown";
  } catch (const PictureError& error) {
    EXPECT_EQ(error.code(), ErrorCode::kData);
    EXPECT_THAT(error.what(), HasSubstr("cut.jpg: truncated JPEG"));
  }
}

}  // namespace
}  // namespace carica::data
