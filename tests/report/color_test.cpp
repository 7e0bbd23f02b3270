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

/// As people without green cones (deuteranopia), or red ones (protanopia), see it. Source: Machado,
/// Oliveira & Fernandes 2009, severity 1; the matrices are for linear RGB.
Color as_seen_without(bool red, const Color& color) {
  constexpr double kWithoutGreen[3][3] = {{0.367322, 0.860646, -0.227968},
                                          {0.280085, 0.672501, 0.047413},
                                          {-0.011820, 0.042940, 0.968881}};
  constexpr double kWithoutRed[3][3] = {{0.152286, 1.052583, -0.204868},
                                        {0.114503, 0.786281, 0.099216},
                                        {-0.003882, -0.048116, 1.051998}};
  double linear[3];
  for (int c = 0; c < 3; ++c) {
    const double v = color[c] / 255.0;
    linear[c] = v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  }
  Color seen;
  for (int c = 0; c < 3; ++c) {
    const auto& row = (red ? kWithoutRed : kWithoutGreen)[c];
    const double v =
        std::clamp(row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2], 0.0, 1.0);
    const double coded = v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
    seen[c] = static_cast<std::uint8_t>(std::lround(255 * coded));
  }
  return seen;
}

TEST(ClassColors, TellTwentyOneClassesApartAlsoForColorBlindReaders) {
  const std::vector<Color> colors = class_colors(21);
  for (std::size_t i = 0; i < colors.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_GT(distance(colors[i], colors[j]), 0.11) << i << " and " << j;
      for (const bool red : {false, true}) {
        EXPECT_GT(distance(as_seen_without(red, colors[i]), as_seen_without(red, colors[j])), 0.055)
            << i << " and " << j;
      }
    }
  }
}

TEST(ClassColors, AreSeenOnPictures) {
  for (const Color& color : class_colors(256)) {
    const Oklab lab = to_oklab(color);
    EXPECT_GT(lab.l, 0.44);
    EXPECT_LT(lab.l, 0.93);
    EXPECT_GT(std::hypot(lab.a, lab.b), 0.06);  // grey is what many pictures are
  }
}

TEST(ClassColors, BeginWithOkabeAndItoAndKeepTheirPlaces) {
  const std::vector<Color> colors = class_colors(256);
  EXPECT_TRUE(std::equal(kOkabeIto.begin(), kOkabeIto.end(), colors.begin()));
  for (const int classes : {0, 1, 7, 8, 21, 22, 150}) {
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

TEST(MaskColors, OfTheBackgroundAreBlackUnlessThePaletteSaysOtherwise) {
  const std::vector<std::string> classes = {"leaf", "Background", "fruit"};
  const auto colors = mask_colors({}, classes);
  EXPECT_EQ(colors, (std::vector<Color>{class_colors(1)[0], {0, 0, 0}, class_colors(3)[2]}));
  const std::vector<std::array<int, 3>> palette = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
  EXPECT_EQ(mask_colors(palette, classes)[1], (Color{4, 5, 6}));
}

}  // namespace
}  // namespace carica::report
