#include "config/palette.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "core/error.h"

namespace carica::test {
namespace {

using config::Palette;
using config::parse_palette;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string problems_of(const std::string& yaml) {
  try {
    parse_palette(yaml, "p.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    return error.what();
  }
  return "";
}

Palette shipped(const std::string& name) {
  return config::load_palette(std::filesystem::path(CARICA_SOURCE_DIR) / "configs/palettes" /
                              (name + ".yaml"));
}

TEST(Palette, HasNamesColorsAndValues) {
  const Palette palette = parse_palette(
      "classes:\n"
      "  - {name: road, color: [128, 64, 128], values: [7, 300], colors: [[1, 2, 3]]}\n"
      "  - {name: sky, values: [23]}\n"
      "ignored_values: [0, 255]\nignored_colors: [[0, 0, 0]]\n",
      "p.yaml");
  EXPECT_THAT(palette.names(), ElementsAre("road", "sky"));
  EXPECT_THAT(palette.classes[0].values, ElementsAre(7, 300));
  EXPECT_THAT(palette.classes[0].colors,
              ElementsAre(config::Color{128, 64, 128}, config::Color{1, 2, 3}));
  EXPECT_THAT(palette.classes[1].colors, SizeIs(0));
  EXPECT_THAT(palette.ignored_values, ElementsAre(0, 255));
  EXPECT_THAT(palette.ignored_colors, ElementsAre(config::Color{0, 0, 0}));
}

TEST(Palette, CountsClassesWhereNoneHasValues) {
  const Palette palette = parse_palette("classes: [{name: a}, {name: b}]", "p.yaml");
  EXPECT_THAT(palette.classes[0].values, ElementsAre(0));
  EXPECT_THAT(palette.classes[1].values, ElementsAre(1));
}

TEST(Palette, TellsEveryProblemWithItsPlace) {
  EXPECT_EQ(problems_of("classes: [{name: a, colour: [1, 2, 3]}, {values: [70000]}]"),
            "p.yaml:1:21: classes[0].colour: unknown key; known are name, color, colors, values\n"
            "p.yaml:1:41: classes[1]: has no name\n"
            "p.yaml:1:51: classes[1].values[0] = 70000: must be in [0, 65535]");
  EXPECT_THAT(problems_of("classes: [{name: a, color: [1, 2]}]"),
              HasSubstr("classes[0].color = [1, 2]: must have 3 items"));
  EXPECT_THAT(problems_of("classes: [{name: a, color: [1, 2, 256]}]"),
              HasSubstr("classes[0].color[2] = 256: must be in [0, 255]"));
  EXPECT_THAT(problems_of("classes: []"), HasSubstr("must be a list of classes"));
  EXPECT_THAT(problems_of("[1]"), HasSubstr("must be a map with the key classes"));
}

TEST(Palette, RefusesNamesAndValuesThatStandTwice) {
  EXPECT_THAT(problems_of("classes: [{name: a, values: [1]}, {name: a, values: [2]}]"),
              HasSubstr("classes[1]: the name a stands twice"));
  EXPECT_THAT(problems_of("classes: [{name: a, values: [1]}, {name: b, values: [2, 1]}]"),
              HasSubstr("classes[1]: value 1 stands for a already"));
  EXPECT_THAT(problems_of("classes: [{name: a, values: [0]}]\nignored_values: [0]"),
              HasSubstr("value 0 stands for ignored_values already"));
  EXPECT_THAT(problems_of("classes: [{name: a, values: [1]}, {name: b}]"),
              HasSubstr("all or none must have them"));
}

TEST(Palette, IsMissingWithAHint) {
  try {
    config::load_palette("nowhere.yaml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    EXPECT_STREQ(error.what(),
                 "data.mask.palette = nowhere.yaml: no such file; must be a palette file");
  }
}

// Counts, and classes that are known by heart, of the files that are shipped.
TEST(Palettes, HaveTheClassesOfTheirDataSets) {
  EXPECT_THAT(shipped("voc").classes, SizeIs(21));
  EXPECT_EQ(shipped("voc").classes[15].name, "person");
  EXPECT_EQ(shipped("voc").classes[15].colors[0], (config::Color{192, 128, 128}));
  const Palette cityscapes = shipped("cityscapes");
  EXPECT_THAT(cityscapes.classes, SizeIs(19));
  EXPECT_EQ(cityscapes.classes[13].name, "car");
  EXPECT_THAT(cityscapes.classes[13].values, ElementsAre(26));
  EXPECT_THAT(cityscapes.ignored_values, SizeIs(34 - 19 + 1));
  const Palette idd = shipped("idd");
  EXPECT_THAT(idd.classes, SizeIs(18));
  EXPECT_THAT(idd.classes[17].values, ElementsAre(25));
  EXPECT_THAT(idd.ignored_values, SizeIs(26 - 18 + 1));
  EXPECT_THAT(shipped("camvid").classes, SizeIs(11));
  const Palette ade20k = shipped("ade20k");
  EXPECT_THAT(ade20k.classes, SizeIs(150));
  EXPECT_EQ(ade20k.classes[149].name, "flag");
  EXPECT_THAT(ade20k.classes[149].values, ElementsAre(150));
  EXPECT_THAT(shipped("coco_stuff").classes, SizeIs(171));
}

}  // namespace
}  // namespace carica::test
