#include "data/pixels/tone.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "data/pixels/blur.h"
#include "data/pixels/crop.h"
#include "data/pixels/photometric.h"
#include "golden_results.h"

namespace carica::data {
namespace {

using Arguments = std::vector<double>;
using Changes = std::map<std::string, std::function<void(Picture&, const Arguments&)>>;

void expect_golden_changes(const std::vector<golden::GoldenResult>& all, const Changes& changes) {
  for (const golden::GoldenResult& expected : all) {
    Picture picture = source_of(expected);
    changes.at(expected.name)(picture, expected.arguments);
    expect_golden(picture, expected);
  }
}

// 0..15 in place of 0..255, from 90 on.
void flatten(Picture& picture) {
  for (std::uint8_t& byte : picture.pixels) byte = static_cast<std::uint8_t>(byte / 16 + 90);
}

TEST(Tone, HasTorchvisionsPixels) {
  const auto sharpness = [](Picture& p, const Arguments& a) {
    adjust_sharpness(p, static_cast<float>(a[0]));
  };
  expect_golden_changes(
      golden::kTones,
      {{"posterize", [](Picture& p, const Arguments& a) { posterize(p, static_cast<int>(a[0])); }},
       {"solarize", [](Picture& p, const Arguments& a) { solarize(p, a[0]); }},
       {"sharpness", sharpness},
       {"invert", [](Picture& p, const Arguments&) { invert(p); }},
       {"equalize", [](Picture& p, const Arguments&) { equalize(p); }},
       {"autocontrast", [](Picture& p, const Arguments&) { autocontrast(p); }},
       {"grayscale", [](Picture& p, const Arguments&) { to_grayscale(p); }},
       {"flat equalize",
        [](Picture& p, const Arguments&) {
          flatten(p);
          equalize(p);
        }},
       {"flat autocontrast", [](Picture& p, const Arguments&) {
          flatten(p);
          autocontrast(p);
        }}});
}

TEST(Tone, IsExactWhereTorchvisionCountsInWholeNumbers) {
  for (const golden::GoldenResult& expected : golden::kTones) {
    const std::string name = expected.name;
    Picture picture = source_of(expected);
    if (name.starts_with("flat")) flatten(picture);
    if (name.ends_with("equalize")) {
      equalize(picture);
    } else if (name.ends_with("autocontrast")) {
      autocontrast(picture);
    } else {
      continue;
    }
    EXPECT_EQ(picture.pixels, bytes_of(expected)) << name;
  }
}

TEST(Tone, LeavesPicturesOfOneValueAlone) {
  for (const Size size : {Size{1, 1}, Size{1, 9}, Size{40, 40}}) {
    const Picture original{size, PixelBytes(pixel_count(size) * 3, 77)};
    Picture picture = original;
    autocontrast(picture);
    equalize(picture);
    adjust_sharpness(picture, 2);
    to_grayscale(picture);
    EXPECT_LE(greatest_difference(picture.pixels, original.pixels), 1);
  }
}

TEST(Tone, LeavesTheBorderAndSliversUnsharpened) {
  const Picture original = noise_picture({2, 9}, 3);
  Picture picture = original;
  adjust_sharpness(picture, 0);
  EXPECT_EQ(picture.pixels, original.pixels);
}

TEST(Blur, HasTorchvisionsPixels) {
  expect_golden_changes(golden::kBlurs, {{"blur", [](Picture& p, const Arguments& a) {
                                            blur(p, gaussian_kernel(static_cast<int>(a[0]), a[2]),
                                                 gaussian_kernel(static_cast<int>(a[1]), a[2]));
                                          }}});
}

TEST(Blur, SmoothsFieldsLikeTorchvision) {
  for (const golden::GoldenNumbers& expected : golden::kBlurredFields) {
    std::vector<float> values = noise_field({17, 13}, 1, expected.seed);
    const auto kernel =
        gaussian_kernel(static_cast<int>(expected.arguments[0]), expected.arguments[1]);
    blur(values, {17, 13}, kernel, kernel);
    ASSERT_EQ(values.size(), expected.values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(values[i], expected.values[i], 2e-6);
    }
  }
}

TEST(Blur, KeepsOneColourWhateverTheSize) {
  for (const Size size : {Size{1, 1}, Size{1, 6}, Size{5, 2}, Size{30, 30}}) {
    for (const double sigma : {1e-300, 0.1, 3.0, 64.0}) {
      Picture picture{size, PixelBytes(pixel_count(size) * 3, 255)};
      const auto kernel = gaussian_kernel(255, sigma);
      blur(picture, kernel, kernel);
      EXPECT_EQ(picture.pixels, PixelBytes(pixel_count(size) * 3, 255)) << sigma;
    }
  }
}

TEST(Blur, ChangesNothingWithAKernelOfOnePixel) {
  Picture picture = noise_picture({6, 7}, 8);
  const PixelBytes before = picture.pixels;
  blur(picture, gaussian_kernel(1, 5), gaussian_kernel(1, 5));
  blur(picture, gaussian_kernel(9, 0), gaussian_kernel(9, 0));
  EXPECT_EQ(picture.pixels, before);
}

TEST(Photometric, HasThePixelsOfOpenCvAndMmsegmentation) {
  expect_golden_changes(
      golden::kPhotometric,
      {{"clahe",
        [](Picture& p, const Arguments& a) {
          equalize_tiles(p, a[0], static_cast<int>(a[1]), static_cast<int>(a[2]));
        }},
       {"linear",
        [](Picture& p, const Arguments& a) {
          scale_values(p, static_cast<float>(a[0]), static_cast<float>(a[1]));
        }},
       {"saturation",
        [](Picture& p, const Arguments& a) { scale_saturation(p, static_cast<float>(a[0])); }},
       {"hue", [](Picture& p, const Arguments& a) { shift_hue(p, static_cast<int>(a[0])); }}});
}

TEST(Photometric, EqualisesTilesOfPicturesOfAnySize) {
  for (const Size size : {Size{1, 1}, Size{1, 30}, Size{7, 3}}) {
    Picture picture = noise_picture(size, 4);
    equalize_tiles(picture, 40, 8, 8);
    EXPECT_EQ(picture.pixels.size(), pixel_count(size) * 3);
  }
}

TEST(Crop, HasTorchvisionsPaddings) {
  const std::map<std::string, Border> borders = {{"constant", Border::kConstant},
                                                 {"edge", Border::kEdge},
                                                 {"reflect", Border::kReflect},
                                                 {"symmetric", Border::kSymmetric}};
  for (const golden::GoldenResult& expected : golden::kPads) {
    const auto at = [&](std::size_t i) { return static_cast<int>(expected.arguments[i]); };
    const auto channel = [&](std::size_t i) { return static_cast<std::uint8_t>(at(i)); };
    const Picture result = crop(source_of(expected), -at(1), -at(0), expected.size,
                                borders.at(expected.name), {channel(4), channel(5), channel(6)});
    EXPECT_EQ(result.pixels, bytes_of(expected)) << expected.name;
  }
}

TEST(Crop, MirrorsAgainAndAgain) {
  const Mask mask{{1, 3}, {1, 2, 3}};
  EXPECT_EQ(crop(mask, 0, -7, {1, 13}, Border::kSymmetric).values,
            (PixelBytes{1, 1, 2, 3, 3, 2, 1, 1, 2, 3, 3, 2, 1}));
  EXPECT_EQ(crop(Mask{{1, 1}, {5}}, -3, -3, {7, 7}, Border::kSymmetric).values, PixelBytes(49, 5));
}

}  // namespace
}  // namespace carica::data
