#include "report/color.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "report/pictures.h"

namespace carica::report {
namespace {

// From https://bottosson.github.io/posts/oklab/ through its reference code.
TEST(Oklab, GivesThePublishedValues) {
  const Oklab red = to_oklab({255, 0, 0});
  EXPECT_NEAR(red.l, 0.62796, 1e-4);
  EXPECT_NEAR(red.a, 0.22486, 1e-4);
  EXPECT_NEAR(red.b, 0.12585, 1e-4);
  EXPECT_NEAR(to_oklab({255, 255, 255}).l, 1, 1e-4);
}

TEST(Oklab, GoesBackToTheSameColor) {
  for (int i = 0; i < 256; i += 5) {
    const Color color{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(255 - i),
                      static_cast<std::uint8_t>(i * 7)};
    EXPECT_EQ(from_oklab(to_oklab(color)), color);
  }
}

TEST(SequentialScale, TakesEqualStepsFromPaleToDark) {
  constexpr int kSteps = 20;
  double least = 1, most = 0;
  for (int i = 0; i < kSteps; ++i) {
    const Color one = sequential(static_cast<double>(i) / kSteps);
    const Color next = sequential(static_cast<double>(i + 1) / kSteps);
    EXPECT_GT(to_oklab(one).l, to_oklab(next).l);
    least = std::min(least, distance(one, next));
    most = std::max(most, distance(one, next));
  }
  EXPECT_LT(most / least, 1.2);
}

TEST(SequentialScale, ClampsWhatIsOutside) {
  EXPECT_EQ(sequential(-1), sequential(0));
  EXPECT_EQ(sequential(2), sequential(1));
  EXPECT_EQ(sequential(NAN), sequential(0));
}

TEST(ClassColors, AreFarApartFor150Classes) {
  const std::vector<Color> colors = class_colors(150);
  ASSERT_EQ(colors.size(), 150u);
  for (std::size_t i = 0; i < colors.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_GT(distance(colors[i], colors[j]), 0.05) << i << " and " << j;
    }
  }
}

TEST(ClassColors, BeginWithOkabeAndItoAndKeepTheirPlaces) {
  const std::vector<Color> colors = class_colors(256);
  EXPECT_TRUE(std::equal(kOkabeIto.begin(), kOkabeIto.end(), colors.begin()));
  for (const int classes : {0, 1, 8, 9, 150}) {
    const std::vector<Color> fewer = class_colors(classes);
    ASSERT_EQ(static_cast<int>(fewer.size()), classes);
    EXPECT_TRUE(std::equal(fewer.begin(), fewer.end(), colors.begin()));
  }
}

TEST(ClassColors, RepeatAfterAThousand) {
  const std::vector<Color> colors = class_colors(2100);
  ASSERT_EQ(colors.size(), 2100u);
  EXPECT_EQ(colors[1003], colors[3]);
  EXPECT_EQ(colors[2050], colors[50]);
}

}  // namespace
}  // namespace carica::report
