#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/images/image_io.h"
#include "golden/images_golden.h"
#include "io_support.h"

namespace carica::data {
namespace {

using ::testing::HasSubstr;

// Bright parts of a picture whose top left quarter is white: one letter per quarter, row by row.
std::string bright_quarters(const Picture& picture) {
  std::string result;
  for (const int y : {1, 3}) {
    for (const int x : {1, 3}) {
      const int row = picture.size.height * y / 4, column = picture.size.width * x / 4;
      result +=
          picture.pixels[static_cast<std::size_t>(row * picture.size.width + column) * 3] > 128
              ? 'X'
              : '.';
    }
  }
  return result;
}

TEST(Jpeg, ComesBackNearlyAsItWas) {
  const Picture picture = smooth_picture({48, 64});
  const Picture read = decode_picture(encode_jpeg(picture, 95), "a.jpg");
  EXPECT_EQ(read.size, picture.size);
  EXPECT_LE(largest_difference(read.pixels, picture.pixels), 6);
}

TEST(Jpeg, ReadsGreyCmykAndProgressiveAsPillowDoes) {
  EXPECT_EQ(
      largest_difference(decode_picture(golden::kGreyJpeg, "grey").pixels, golden::kGreyJpegRgb),
      0);
  EXPECT_EQ(largest_difference(decode_picture(golden::kProgressiveJpeg, "progressive").pixels,
                               golden::kProgressiveJpegRgb),
            0);
  // Pillow rounds the product of inks differently by one step.
  EXPECT_LE(
      largest_difference(decode_picture(golden::kCmykJpeg, "cmyk").pixels, golden::kCmykJpegRgb),
      1);
}

// 95% of truncated files come out of many decoders as pictures with a grey bottom.
TEST(Jpeg, IsRefusedWhereverItIsCut) {
  const FileBytes whole = encode_jpeg(smooth_picture({64, 64}));
  for (std::size_t count = 1; count < whole.size(); ++count) {
    EXPECT_THROW(decode_picture(first_part(whole, count), "cut.jpg"), Error) << count;
  }
  const Error error =
      error_of([&] { decode_picture(first_part(whole, whole.size() * 3 / 4), "x/cut.jpg"); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("x/cut.jpg: truncated JPEG: "));
  EXPECT_EQ(error.hint(), "the file ends early: copy or download it again");
}

TEST(Jpeg, IsRefusedWhenProgressiveAndCut) {
  const std::span<const std::uint8_t> whole = golden::kProgressiveJpeg;
  for (std::size_t count = 1; count < whole.size(); ++count) {
    EXPECT_THROW(decode_picture(first_part(whole, count), "cut.jpg"), Error) << count;
  }
}

TEST(Jpeg, IsRefusedWhenCorrupt) {
  FileBytes bytes = encode_jpeg(smooth_picture({256, 256}));
  const std::size_t within_scan = bytes.size() * 4 / 5;
  bytes[within_scan] = 0xFF;
  bytes[within_scan + 1] = 0xC4;
  const Error error = error_of([&] { decode_picture(bytes, "bad.jpg"); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("bad.jpg: "));
  EXPECT_THAT(error.what(), HasSubstr(" JPEG: "));
}

TEST(Jpeg, MayHaveSpareBytesAroundItsEnd) {
  const Picture picture = smooth_picture({16, 16});
  const FileBytes clean = encode_jpeg(picture);
  FileBytes before_end = clean;
  before_end.insert(before_end.end() - 2, {1, 2, 3, 4, 5, 6, 7, 8});
  FileBytes behind_end = clean;
  behind_end.insert(behind_end.end(), {1, 2, 3});
  EXPECT_EQ(decode_picture(before_end, "a").pixels, decode_picture(clean, "a").pixels);
  EXPECT_EQ(decode_picture(behind_end, "a").pixels, decode_picture(clean, "a").pixels);
}

TEST(Jpeg, IsTurnedByItsOrientation) {
  Picture picture{{16, 32}, PixelBytes(16 * 32 * 3, 0)};
  for (int y = 0; y < 8; ++y) {
    for (int i = 0; i < 16 * 3; ++i) picture.pixels[static_cast<std::size_t>(y * 32 * 3 + i)] = 255;
  }
  const FileBytes jpeg = encode_jpeg(picture);
  // Where the stored top left quarter is seen. Source: EXIF 2.3, table 4.
  const char* const seen[] = {"X...", ".X..", "...X", "..X.", "X...", ".X..", "...X", "..X."};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Size size = orientation >= 5 ? Size{32, 16} : Size{16, 32};
    for (const bool big_endian : {false, true}) {
      const auto bytes = with_orientation(jpeg, static_cast<std::uint8_t>(orientation), big_endian);
      const Picture read = decode_picture(bytes, "a.jpg");
      EXPECT_EQ(read.size, size) << orientation;
      EXPECT_EQ(image_size(bytes, "a.jpg"), size) << orientation;
      EXPECT_EQ(bright_quarters(read), seen[orientation - 1]) << orientation;
    }
  }
}

TEST(Jpeg, IgnoresAnOrientationOutOfRange) {
  const FileBytes jpeg = encode_jpeg(smooth_picture({16, 32}));
  for (const std::uint8_t orientation : {0, 9, 200}) {
    const auto bytes = with_orientation(jpeg, orientation, true);
    EXPECT_EQ(decode_picture(bytes, "a.jpg").pixels, decode_picture(jpeg, "a.jpg").pixels);
  }
}

}  // namespace
}  // namespace carica::data
