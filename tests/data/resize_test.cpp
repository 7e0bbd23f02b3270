#include "data/pixels/resize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/random.h"
#include "data/images/image_io.h"
#include "data/pixels/resize_kernels.h"
#include "golden/transforms_golden.h"
#include "transform_pictures.h"

namespace carica::data {
namespace {

Size random_size(RandomStream& random, int most) {
  const auto n = static_cast<std::uint64_t>(most);
  return {1 + static_cast<int>(random.below(n)), 1 + static_cast<int>(random.below(n))};
}

// The triangle filter of a whole row or column in double, without rounding in between.
std::vector<double> filter(int in, int out, int place) {
  const double scale = static_cast<double>(in) / out, support = std::max(scale, 1.0);
  const double center = scale * (place + 0.5);
  std::vector<double> weights(in);
  double total = 0;
  for (int i = 0; i < in; ++i) {
    weights[i] = std::max(0.0, 1 - std::abs(i + 0.5 - center) / support);
    total += weights[i];
  }
  for (double& weight : weights) weight /= total;
  return weights;
}

double exact_value(const Picture& picture, Size size, int y, int x, int channel) {
  const std::vector<double> down = filter(picture.size.height, size.height, y);
  const std::vector<double> across = filter(picture.size.width, size.width, x);
  double sum = 0;
  for (int i = 0; i < picture.size.height; ++i) {
    for (int j = 0; j < picture.size.width && down[i] > 0; ++j) {
      const std::size_t at = (static_cast<std::size_t>(i) * picture.size.width + j) * 3 + channel;
      sum += down[i] * across[j] * picture.pixels[at];
    }
  }
  return sum;
}

TEST(ResizeBilinear, EqualsTorchvisionToTheBit) {
  for (const golden::GoldenPicture& expected : golden::kBilinear) {
    const Picture result =
        resize_bilinear(noise_picture(expected.source, expected.seed), expected.size);
    EXPECT_EQ(result.size, expected.size);
    EXPECT_EQ(greatest_difference(result.pixels, expected.bytes), 0)
        << expected.source.height << "x" << expected.source.width << " to " << expected.size.height
        << "x" << expected.size.width;
  }
}

TEST(ResizeBilinear, IsNearTheExactFilterForRandomSizes) {
  RandomStream random(1, 0, 0);
  for (int round = 0; round < 60; ++round) {
    const Picture picture = noise_picture(random_size(random, 90), static_cast<unsigned>(round));
    const Size size = random_size(random, 60);
    const Picture result = resize_bilinear(picture, size);
    for (int sample = 0; sample < 20; ++sample) {
      const int y = static_cast<int>(random.below(static_cast<std::uint64_t>(size.height)));
      const int x = static_cast<int>(random.below(static_cast<std::uint64_t>(size.width)));
      const double exact = exact_value(picture, size, y, x, sample % 3);
      const std::size_t at = (static_cast<std::size_t>(y) * size.width + x) * 3 + sample % 3;
      EXPECT_NEAR(result.pixels[at], exact, 1.2);  // rounded twice
    }
  }
}

TEST(ResizeBilinear, GivesTheSameBitsWithEveryInstructionSet) {
  const ResizeKernels* fast = avx2_resize_kernels();
  if (!fast) GTEST_SKIP() << "this CPU has no AVX2";
  const ResizeKernels& plain = portable_resize_kernels();
  RandomStream random(2, 0, 0);
  AxisWeights axis;
  for (int round = 0; round < 300; ++round) {
    const Size in = random_size(random, round % 2 ? 12 : 200);
    const int out = random_size(random, 120).width;
    const Picture picture = noise_picture(in, static_cast<unsigned>(round));
    const std::size_t row_bytes = static_cast<std::size_t>(in.width) * 3;

    compute_axis(in.width, out, {0, out}, 4, axis);
    PixelBytes a(static_cast<std::size_t>(in.height) * out * 3), b(a.size());
    fast->horizontal(picture.pixels.data(), row_bytes, in.height, in.width, axis, a.data(), out);
    plain.horizontal(picture.pixels.data(), row_bytes, in.height, in.width, axis, b.data(), out);
    ASSERT_EQ(a, b) << "row of " << in.width << " to " << out;

    compute_axis(in.height, out, {0, out}, 2, axis);
    std::vector<const std::uint8_t*> rows(axis.taps);
    for (int j = 0; j < axis.taps; ++j) {
      const int row = std::min(axis.first[out / 2] + j, in.height - 1);
      rows[j] = picture.pixels.data() + static_cast<std::size_t>(row) * row_bytes;
    }
    const std::int16_t* weights = axis.weights.data() + std::size_t(out / 2) * axis.taps;
    a.assign(row_bytes, 0);
    b.assign(row_bytes, 1);
    fast->vertical(rows.data(), weights, axis.taps, axis.precision, a.data(), row_bytes);
    plain.vertical(rows.data(), weights, axis.taps, axis.precision, b.data(), row_bytes);
    ASSERT_EQ(a, b) << "column of " << in.height << " to " << out;
  }
}

TEST(ResizeBilinear, KeepsAPlainColour) {
  for (const int value : {0, 1, 127, 254, 255}) {
    const Picture plain{{37, 53}, PixelBytes(37 * 53 * 3, std::uint8_t(value))};
    for (const Size size : {Size{11, 13}, Size{80, 90}, Size{37, 7}, Size{1, 1}}) {
      for (const std::uint8_t byte : resize_bilinear(plain, size).pixels) ASSERT_EQ(byte, value);
    }
  }
}

TEST(ResizeBilinear, OfTheSameSizeIsTheSamePicture) {
  const Picture picture = noise_picture({5, 9}, 3);
  EXPECT_EQ(resize_bilinear(picture, picture.size).pixels, picture.pixels);
}

TEST(ResizeBilinear, OfAWindowEqualsTheResizedCrop) {
  const Picture picture = noise_picture({40, 50}, 4);
  Picture cut{{17, 21}, {}};
  for (int y = 0; y < 17; ++y) {
    const auto* row = picture.pixels.data() + ((y + 11) * 50 + 29) * 3;
    cut.pixels.insert(cut.pixels.end(), row, row + 21 * 3);
  }
  for (const Size size : {Size{8, 8}, Size{17, 9}, Size{5, 21}, Size{30, 30}, Size{17, 21}}) {
    EXPECT_EQ(resize_bilinear(window(picture, 11, 29, {17, 21}), size).pixels,
              resize_bilinear(cut, size).pixels);
    EXPECT_EQ(resize_nearest(window(picture, 11, 29, {17, 21}), size).pixels,
              resize_nearest(view(cut), size).pixels);
  }
}

TEST(ResizeBilinear, TakesALargeReduction) {
  const Picture picture = noise_picture({3000, 2000}, 5);
  const Picture result = resize_bilinear(picture, {2, 3});
  EXPECT_NEAR(result.pixels[4], exact_value(picture, {2, 3}, 0, 1, 1), 1.2);
}

TEST(ResizeNearest, TakesThePixelUnderTheCentreAsTorchvisionDoes) {
  for (const golden::GoldenPicture& expected : golden::kNearest) {
    EXPECT_EQ(resize_nearest(noise_mask(expected.source, expected.seed), expected.size).values,
              expected.bytes);
  }
}

TEST(ResizeNearest, InventsNoValue) {
  const Mask mask{{2, 2}, {0, 255, 3, 7}};
  for (const std::uint8_t value : resize_nearest(mask, {31, 17}).values) {
    EXPECT_TRUE(value == 0 || value == 255 || value == 3 || value == 7);
  }
}

TEST(ResizeArea, IsTheMeanOfWholeBlocks) {
  const Picture picture{{2, 4}, {10, 0, 0, 20, 0, 0, 0, 8, 0, 0, 8, 0,  //
                                 30, 0, 0, 40, 0, 0, 0, 8, 0, 0, 8, 0}};
  EXPECT_EQ(resize_area(view(picture), {1, 2}).pixels, (PixelBytes{25, 0, 0, 0, 8, 0}));
}

// The pixels of a window of `picture`, packed.
PixelBytes cut(const Picture& picture, const Window& place) {
  PixelBytes bytes;
  for (int y = 0; y < place.size.height; ++y) {
    const auto begin = picture.pixels.begin() +
                       (std::ptrdiff_t{place.top} + y) * picture.size.width * 3 + place.left * 3;
    bytes.insert(bytes.end(), begin, begin + std::ptrdiff_t{place.size.width} * 3);
  }
  return bytes;
}

TEST(ResizeBilinear, OfAPartReadsAWindowAndGivesTheSamePixels) {
  std::minstd_rand random(5);
  const auto upto = [&](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n + 1));
  };
  for (int i = 0; i < 300; ++i) {
    const Size in{1 + upto(60), 1 + upto(60)};
    const Size size{i % 7 == 0 ? in.height : 1 + upto(60), i % 5 == 0 ? in.width : 1 + upto(60)};
    Window part;
    part.size = {1 + upto(size.height - 1), 1 + upto(size.width - 1)};
    part.top = upto(size.height - part.size.height);
    part.left = upto(size.width - part.size.width);
    const Picture picture = noise_picture(in, static_cast<std::uint32_t>(i));
    const Picture all = resize_bilinear(picture, size);
    const Window source = bilinear_source(in, size, part);
    // The window alone, so that a checker of memory sees what is read beside it.
    const PixelBytes copy = cut(picture, source);
    const PictureView from{copy.data(), source.size,
                           static_cast<std::size_t>(source.size.width) * 3};
    PixelBytes result(pixel_count(part.size) * 3);
    resize_bilinear(from, in, size, part, result.data());
    ASSERT_EQ(result, cut(all, part))
        << in.height << "x" << in.width << " to " << size.height << "x" << size.width;
  }
}

TEST(ResizeNearest, OfAPartGivesTheSamePixels) {
  const Picture picture = noise_picture({31, 23}, 3);
  for (const Size size : {Size{31, 23}, Size{50, 40}, Size{9, 11}}) {
    const Window part{2, 3, {size.height - 4, size.width - 5}};
    PixelBytes result(pixel_count(part.size) * 3);
    resize_nearest(view(picture), size, part, result.data());
    EXPECT_EQ(result, cut(resize_nearest(view(picture), size), part));
  }
}

}  // namespace
}  // namespace carica::data
