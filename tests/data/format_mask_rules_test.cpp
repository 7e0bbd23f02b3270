#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/masks/mask_rules.h"
#include "io_support.h"

namespace carica::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

PixelBytes applied(const config::MaskConfig& config, std::size_t classes, PixelBytes values) {
  Mask mask{{1, static_cast<int>(values.size())}, std::move(values)};
  MaskRules(config, classes).apply(mask, "m.png");
  return mask.values;
}

Error refusal(const config::MaskConfig& config, std::size_t classes, const PixelBytes& values) {
  const Error error = error_of([&] { applied(config, classes, values); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  return error;
}

TEST(MaskRules, LeaveClassesAndTheIgnoreValue) {
  EXPECT_THAT(applied({}, 3, {0, 1, 2, 255}), ElementsAre(0, 1, 2, 255));
  EXPECT_THAT(applied({"index", 11, {}}, 11, {0, 10, 11}), ElementsAre(0, 10, 11));
}

TEST(MaskRules, RefuseOtherValuesWithTheirShare) {
  const Error error = refusal({}, 3, {0, 3, 1, 3});
  EXPECT_STREQ(
      error.what(),
      "m.png: value 3 in 50.00% of the mask's pixels; must be a class 0..2 or 255 (ignored)");
  EXPECT_THAT(error.hint(), HasSubstr("data.mask.map"));
}

TEST(MaskRules, HintAtBinaryMasks) {
  const Error error = refusal({"index", 254, {}}, 2, {0, 255, 255, 0});
  EXPECT_THAT(error.what(), HasSubstr("value 255 in 50.00%"));
  EXPECT_EQ(error.hint(), "a mask of 0 and 255: declare data.mask.encoding: binary");
  EXPECT_EQ(refusal({"index", 254, {}}, 3, {0, 255}).hint(),
            "a mask of 0 and 255: declare data.mask.encoding: binary and two classes");
}

TEST(MaskRules, HintAtSmoothedMasks) {
  PixelBytes values;
  for (int i = 0; i < 100; ++i) values.push_back(static_cast<std::uint8_t>(i * 2));
  EXPECT_THAT(refusal({}, 2, values).hint(), HasSubstr("resized smoothly or saved as JPEG"));
}

TEST(MaskRules, TurnBinaryMasksIntoZeroAndOne) {
  EXPECT_THAT(applied({"binary", 255, {}}, 2, {0, 1, 128, 255}), ElementsAre(0, 1, 1, 1));
  EXPECT_THAT(applied({"binary", 128, {}}, 2, {0, 1, 128, 255}), ElementsAre(0, 1, 128, 1));
}

TEST(MaskRules, RefuseBinaryMasksThatCannotHoldEachClass) {
  const auto refused = [](const config::MaskConfig& config, std::size_t classes) {
    const Error error = error_of([&] { MaskRules(config, classes); });
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    return std::string(error.what());
  };
  EXPECT_EQ(refused({"binary", 255, {}}, 3),
            "data.mask.encoding = binary: masks hold 0 and 1 alone, and classes are 3; must be 2");
  EXPECT_THAT(refused({"binary", 255, {}}, 1), HasSubstr("classes are 1; must be 2"));
  EXPECT_EQ(
      refused({"binary", 255, {{0, 0}, {1, 2}}}, 3),
      "data.mask.encoding = binary: masks hold 0 and 1 alone, and neither is class 1 of 0..2; "
      "each class must be one of them");
  // What 0 and 1 are was said.
  EXPECT_THAT(applied({"binary", 255, {{0, 255}, {1, 0}}}, 1, {0, 1, 200}), ElementsAre(255, 0, 0));
  EXPECT_THAT(applied({"binary", 255, {}, true}, 1, {0, 1, 200}), ElementsAre(255, 0, 0));
  // Of two classes none may be ignored.
  for (const int ignored : {0, 1}) {
    EXPECT_THAT(refused({"binary", ignored, {}}, 2),
                HasSubstr("is one of the two classes of data.mask.encoding = binary"));
  }
  EXPECT_THAT(applied({"binary", 0, {{0, 0}, {1, 1}}}, 2, {0, 1, 200}), ElementsAre(0, 1, 1));
}

TEST(MaskRules, RefuseBinaryMasksWithAPaletteOfMore) {
  config::Palette palette;
  for (const char* name : {"a", "b", "c"}) {
    palette.classes.push_back({name, {}, {static_cast<int>(palette.classes.size())}});
  }
  EXPECT_THAT(error_of([&] {
                MaskRules({"binary", 255, {}}, 3, &palette);
              }).what(),
              HasSubstr("neither is class 2 of 0..2"));
  palette.classes.pop_back();
  EXPECT_NO_THROW(MaskRules({"binary", 255, {}}, 2, &palette));
}

TEST(MaskRules, MapValuesToClasses) {
  const config::MaskConfig config{"index", 255, {{7, 0}, {8, 1}, {0, 255}}};
  EXPECT_THAT(applied(config, 2, {7, 8, 0, 255}), ElementsAre(0, 1, 255, 255));
  EXPECT_THAT(
      refusal(config, 2, {7, 1}).what(),
      HasSubstr("value 1 in 50.00% of the mask's pixels; must be 0, 7, 8 (data.mask.map) or"));
}

TEST(MaskRules, RefuseThatTheUsualIgnoreValueIsAClass) {
  const Error error = error_of([] { MaskRules({}, 256); });
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_STREQ(
      error.what(),
      "data.mask.ignore_index = 255: is one of the 256 classes; there may be 255 beside it");
  EXPECT_THAT(applied({}, 255, {0, 254, 255}), ElementsAre(0, 254, 255));
}

TEST(MaskRules, LeaveAClassThatWasChosenToBeIgnored) {
  EXPECT_THAT(applied({"index", 0, {}}, 3, {0, 1, 2}), ElementsAre(0, 1, 2));
  EXPECT_THAT(applied({"index", 0, {}}, 256, {0, 1, 255}), ElementsAre(0, 1, 255));
}

TEST(MaskRules, RefuseAMapThatLeadsToNoClass) {
  const Error error = error_of([] { MaskRules({"index", 255, {{7, 2}}}, 2); });
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_STREQ(error.what(), "data.mask.map: 7: 2: must be a class 0..1 or 255 (ignored)");
}

}  // namespace
}  // namespace carica::data
