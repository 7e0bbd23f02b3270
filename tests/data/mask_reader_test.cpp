#include "data/masks/mask_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/images/exif.h"
#include "format_support.h"
#include "golden/masks_golden.h"

namespace carica::data {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

config::Palette shipped(const std::string& name) {
  return config::load_palette(std::filesystem::path(CARICA_SOURCE_DIR) / "configs/palettes" /
                              (name + ".yaml"));
}

class MaskFiles : public ::testing::Test {
 protected:
  std::string put(std::span<const std::uint8_t> bytes, const std::string& name = "m.png") {
    put_bytes(folder_ / name, bytes);
    return (folder_ / name).string();
  }
  Mask read(std::span<const std::uint8_t> bytes, std::size_t classes,
            const config::Palette* palette = nullptr) {
    return MaskReader(config_, classes, palette).read(put(bytes));
  }
  Error refusal(std::span<const std::uint8_t> bytes, std::size_t classes,
                const config::Palette* palette = nullptr) {
    return error_of([&] { read(bytes, classes, palette); });
  }

  test::TempFolder folder_;
  config::MaskConfig config_;
};

TEST_F(MaskFiles, GiveTheIndicesOfAPaletteFile) {
  config_.encoding = "palette";
  const Mask mask = read(golden::kVocMask, 21);
  EXPECT_EQ(mask.size, (Size{3, 4}));
  EXPECT_THAT(mask.values, ElementsAreArray(golden::kVocMaskValues));
  const auto voc = shipped("voc");
  EXPECT_THAT(read(golden::kVocMask, 21, &voc).values, ElementsAreArray(golden::kVocMaskValues));
}

TEST_F(MaskFiles, GiveTheClassesOfColors) {
  config_.encoding = "rgb";
  const auto voc = shipped("voc");
  Picture colors{{3, 4}, {std::begin(golden::kVocMaskRgb), std::end(golden::kVocMaskRgb)}};
  EXPECT_THAT(read(encode_png(colors), 21, &voc).values, ElementsAreArray(golden::kVocMaskValues));
  // A palette file is one of colours as well.
  EXPECT_THAT(read(golden::kVocMask, 21, &voc).values, ElementsAreArray(golden::kVocMaskValues));
}

TEST_F(MaskFiles, RefuseUnknownColors) {
  config_.encoding = "rgb";
  config_.palette = "voc.yaml";
  const auto voc = shipped("voc");
  Picture colors{{3, 4}, {std::begin(golden::kVocMaskRgb), std::end(golden::kVocMaskRgb)}};
  colors.pixels[0] = 7;
  EXPECT_THAT(refusal(encode_png(colors), 21, &voc).what(),
              HasSubstr("m.png: colour (7, 0, 0) in 8.33% of the mask's pixels; must be a colour "
                        "of data.mask.palette, voc.yaml"));
  config_.others = "ignore";
  EXPECT_EQ(read(encode_png(colors), 21, &voc).values[0], 255);
  config_.others = "error";
  EXPECT_THAT(refusal(encode_png(smooth_picture({40, 40})), 21, &voc).hint(),
              HasSubstr("so many colours mean"));
  config::Palette twice = voc;
  twice.classes[1].colors = twice.classes[2].colors;
  EXPECT_EQ(error_of([&] { MaskReader(config_, 21, &twice); }).code(), ErrorCode::kConfig);
  twice.classes[1].colors.clear();
  EXPECT_THAT(error_of([&] { MaskReader(config_, 21, &twice); }).what(),
              HasSubstr("aeroplane has no color"));
}

TEST_F(MaskFiles, GiveTheClassesOfDeepValues) {
  config_.encoding = "index16";
  config_.map = {{0, 0}, {1, 1}, {300, 2}, {301, 3}, {4096, 4}, {65535, 255}};
  const Mask mask = read(golden::kDeepMask, 5);
  PixelBytes expected;
  for (const auto value : golden::kDeepMaskValues) {
    expected.push_back(static_cast<std::uint8_t>(config_.map.at(value)));
  }
  EXPECT_EQ(mask.values, expected);
  config_.map.erase(301);
  EXPECT_THAT(refusal(golden::kDeepMask, 5).what(), HasSubstr("value 301 in 12.50%"));
  config_.others = "ignore";
  EXPECT_EQ(read(golden::kDeepMask, 5).values[3], 255);
}

TEST_F(MaskFiles, TellWhatWasDeclaredWrongly) {
  EXPECT_THAT(refusal(golden::kDeepMask, 5).what(), HasSubstr("m.png: mask of 16 bits"));
  EXPECT_THAT(refusal(golden::kDeepMask, 5).hint(), HasSubstr("data.mask.encoding: index16"));
  EXPECT_THAT(refusal(encode_png(smooth_picture({8, 8})), 5).what(), HasSubstr("mask in colour"));
  EXPECT_THAT(refusal(encode_png(smooth_picture({8, 8})), 5).hint(),
              HasSubstr("data.mask.encoding: rgb"));
  EXPECT_THAT(refusal(golden::kJpegMask, 5).what(), HasSubstr("in a lossy format"));
  EXPECT_THAT(refusal(golden::kJpegMask, 5).hint(), HasSubstr("data.mask.lossy: ignore_strays"));
}

TEST_F(MaskFiles, IgnoreTheStraysOfJpeg) {
  config_.lossy = "ignore_strays";
  config_.map = {{0, 0}, {9, 1}, {22, 2}, {24, 3}};
  const Mask mask = read(golden::kJpegMask, 4);
  EXPECT_THAT(mask.values, ElementsAreArray(golden::kJpegMaskClasses));
  // A colour picture is no mask, however lossy.
  EXPECT_THAT(refusal(encode_jpeg(smooth_picture({32, 32})), 4).what(),
              HasSubstr("mask in colour"));
}

TEST_F(MaskFiles, SnapLossyBinaryMasks) {
  config_.lossy = "ignore_strays";
  config_.encoding = "binary";
  Picture object{{32, 32}, PixelBytes(32 * 32 * 3, 0)};
  for (std::size_t i = 0; i < object.pixels.size(); ++i) {
    if (i / 3 % 32 >= 13) object.pixels[i] = 255;
  }
  const Mask mask = read(encode_jpeg(object, 60), 2);
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    ASSERT_EQ(mask.values[i], i % 32 >= 13 ? 1 : 0) << i;
  }
  for (auto& value : object.pixels) value /= 255;
  EXPECT_THAT(refusal(encode_jpeg(object), 2).what(), HasSubstr("must hold 0 and 255"));
}

TEST(MaskReader, ReducesTheZeroLabel) {
  config::MaskConfig config;
  config.reduce_zero_label = true;
  Mask mask = counting_mask({16, 16}, 256);
  MaskRules(config, 254).apply(mask, "m");
  EXPECT_THAT(mask.values, ElementsAreArray(golden::kReducedZeroLabel));
  config.ignore_index = 3;
  EXPECT_THAT(error_of([&] { MaskRules(config, 4); }).what(),
              HasSubstr("data.mask.ignore_index = 3: is one of the 4 classes"));
}

TEST(MaskReader, MapsValuesByThePalette) {
  const auto cityscapes = shipped("cityscapes");
  config::MaskConfig config;
  config.palette = "cityscapes.yaml";
  Mask mask{{1, 5}, {7, 26, 0, 33, 255}};
  MaskRules(config, 19, &cityscapes).apply(mask, "m");
  EXPECT_THAT(mask.values, ::testing::ElementsAre(0, 13, 255, 18, 255));
  mask.values = {7, 26, 99, 33, 255};
  EXPECT_THAT(error_of([&] { MaskRules(config, 19, &cityscapes).apply(mask, "m"); }).what(),
              HasSubstr("m: value 99 in 20.00% of the mask's pixels; must be a value of "
                        "data.mask.palette, cityscapes.yaml, or 255 (ignored)"));
}

TEST(MaskReader, TakesSomeClassesOfAPalette) {
  const auto some = palette_of(shipped("cityscapes"), {"car", "road"}, "p.yaml");
  EXPECT_THAT(some.names(), ::testing::ElementsAre("car", "road"));
  EXPECT_EQ(some.classes[0].values.front(), 26);
  const Error error = error_of([] { palette_of(shipped("cityscapes"), {"cra"}, "p.yaml"); });
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_EQ(error.hint(), "did you mean car?");
}

TEST(MaskReader, TurnsMasksAsTheirPicturesWere) {
  const Mask stored = counting_mask({4, 6}, 24);
  config::MaskConfig config;
  const MaskReader reader(config, 24, nullptr);
  for (const int orientation : {5, 6, 7, 8}) {
    const Mask turned = reader.as_shown(stored, orientation, {6, 4}, "m");
    EXPECT_EQ(turned.size, (Size{6, 4}));
    EXPECT_EQ(turned.values, oriented(stored, orientation).values);
    // A picture whose channels are the mask is turned the same way.
    Picture picture{{4, 6}, {}};
    for (const auto value : stored.values) picture.pixels.insert(picture.pixels.end(), 3, value);
    const Picture seen = oriented(picture, orientation);
    for (std::size_t i = 0; i < turned.values.size(); ++i) {
      EXPECT_EQ(turned.values[i], seen.pixels[3 * i]);
    }
    // One of the shown size was made of the picture as it is shown.
    EXPECT_EQ(reader.as_shown(counting_mask({6, 4}, 24), orientation, {6, 4}, "m").values,
              counting_mask({6, 4}, 24).values);
  }
}

TEST(MaskReader, AsksWhereTheSizeDoesNotTellTheOrientation) {
  const Mask mask = counting_mask({4, 6}, 24);
  config::MaskConfig config;
  const auto shown = [&](int orientation) {
    return MaskReader(config, 24, nullptr).as_shown(mask, orientation, {4, 6}, "m.png");
  };
  EXPECT_EQ(shown(1).values, mask.values);
  EXPECT_THAT(error_of([&] { shown(3); }).what(),
              HasSubstr("m.png: its picture has EXIF orientation 3, and the size does not tell"));
  config.orientation = "stored";
  EXPECT_EQ(shown(3).values, oriented(mask, 3).values);
  config.orientation = "shown";
  EXPECT_EQ(shown(3).values, mask.values);
}

}  // namespace
}  // namespace carica::data
