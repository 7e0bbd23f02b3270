#include "analysis/mask_pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"

namespace carica::analysis {
namespace {

data::Mask mask(std::initializer_list<std::uint8_t> values) {
  data::Mask result;
  result.size = {1, static_cast<int>(values.size())};
  for (const auto value : values) result.values.push_back(value);
  return result;
}

std::vector<int> pixel(const data::Picture& picture, std::size_t x) {
  return {picture.pixels[3 * x], picture.pixels[3 * x + 1], picture.pixels[3 * x + 2]};
}

TEST(MaskPicture, PaintsClassesAndLeavesTheRestBlack) {
  const auto picture = mask_picture(mask({0, 1, 255}), {{10, 20, 30}, {40, 50, 60}});
  EXPECT_THAT(pixel(picture, 0), testing::ElementsAre(10, 20, 30));
  EXPECT_THAT(pixel(picture, 1), testing::ElementsAre(40, 50, 60));
  EXPECT_THAT(pixel(picture, 2), testing::ElementsAre(0, 0, 0));
}

TEST(ErrorPicture, IsRedWhereAPixelThatCountsIsWrong) {
  data::Picture picture;
  picture.size = {1, 3};
  picture.pixels.assign(9, 100);
  const auto errors = error_picture(picture, mask({0, 1, 255}), mask({0, 0, 0}), 255);
  EXPECT_EQ(pixel(errors, 0)[0], pixel(errors, 0)[1]);  // grey
  EXPECT_GT(pixel(errors, 1)[0], 2 * pixel(errors, 1)[1]);
  EXPECT_NE(pixel(errors, 2), pixel(errors, 0));
  EXPECT_NE(pixel(errors, 2), pixel(errors, 1));
  EXPECT_THROW(error_picture(picture, mask({0}), mask({0}), 255), Error);
}

TEST(ClassPicture, ShowsOneClass) {
  const auto one = class_picture(mask({0, 1, 255}), 1, {9, 9, 9}, 255);
  EXPECT_THAT(pixel(one, 1), testing::ElementsAre(9, 9, 9));
  EXPECT_NE(pixel(one, 0), pixel(one, 2));
}

}  // namespace
}  // namespace carica::analysis
