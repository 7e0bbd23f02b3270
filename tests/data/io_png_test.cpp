#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/images/image_io.h"
#include "golden/images_golden.h"
#include "io_support.h"

namespace carica::data {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

PixelBytes pixels(std::span<const std::uint8_t> bytes) {
  return decode_picture(bytes, "golden").pixels;
}

TEST(Png, ComesBackAsItWas) {
  const Picture picture = smooth_picture({17, 31});
  const Picture read = decode_picture(encode_png(picture), "a.png");
  EXPECT_EQ(read.size, picture.size);
  EXPECT_EQ(read.pixels, picture.pixels);
}

TEST(Png, ReadsPalettesAlphaAndOrientationAsPillowDoes) {
  EXPECT_EQ(largest_difference(pixels(golden::kPalettePng), golden::kPalettePngRgb), 0);
  EXPECT_EQ(largest_difference(pixels(golden::kClearPalettePng), golden::kClearPalettePngRgb), 0);
  EXPECT_EQ(largest_difference(pixels(golden::kAlphaPng), golden::kAlphaPngRgb), 0);
  EXPECT_EQ(largest_difference(pixels(golden::kOneBitPng), golden::kOneBitPngRgb), 0);
  EXPECT_EQ(largest_difference(pixels(golden::kTurnedPng), golden::kTurnedPngRgb), 0);
}

TEST(Png, ScalesSixteenBitsToEight) {
  const auto read = pixels(golden::kDeepPng);
  for (std::size_t i = 0; i < read.size(); ++i) EXPECT_EQ(read[i], 10 * (i / 3));
}

TEST(Png, IsRefusedWhereverItIsCut) {
  const FileBytes whole = encode_png(smooth_picture({32, 32}));
  for (std::size_t count = 1; count < whole.size(); ++count) {
    EXPECT_THROW(decode_picture(first_part(whole, count), "cut.png"), Error) << count;
  }
  EXPECT_THAT(
      error_of([&] { decode_picture(first_part(whole, whole.size() / 2), "c.png"); }).what(),
      HasSubstr("c.png: truncated PNG: the file ends early"));
}

TEST(Png, IsRefusedWhenAByteOfItsPixelsIsWrong) {
  FileBytes bytes = encode_png(smooth_picture({32, 32}));
  bytes[bytes.size() / 2] ^= 0x10;
  EXPECT_THAT(error_of([&] { decode_picture(bytes, "bad.png"); }).what(),
              HasSubstr("bad.png: corrupt PNG: "));
}

TEST(WebpAndBmp, ReadAsPillowDoes) {
  EXPECT_EQ(largest_difference(pixels(golden::kLosslessWebp), golden::kLosslessWebpRgb), 0);
  EXPECT_EQ(largest_difference(pixels(golden::kTurnedWebp), golden::kTurnedWebpRgb), 0);
  EXPECT_EQ(largest_difference(pixels(golden::kBmp), golden::kBmpRgb), 0);
  // Two versions of libwebp differ a little in how they make colour of half-size planes.
  EXPECT_LE(largest_difference(pixels(golden::kLossyWebp), golden::kLossyWebpRgb), 3);
}

TEST(MaskFile, GivesTheIndicesOfAPaletteNotItsColours) {
  for (const auto file : {std::span<const std::uint8_t>(golden::kPalettePng),
                          std::span<const std::uint8_t>(golden::kClearPalettePng)}) {
    EXPECT_EQ(decode_mask(file, "m.png").values, counting_mask({4, 6}, 4).values);
  }
}

TEST(MaskFile, GivesTheValuesOfAGreyFileAsStored) {
  EXPECT_EQ(decode_mask(golden::kOneBitPng, "m.png").values, counting_mask({4, 6}, 2).values);
}

TEST(MaskFile, CountsThreeEqualChannelsAsOne) {
  const Picture grey{{2, 2}, {0, 0, 0, 1, 1, 1, 2, 2, 2, 255, 255, 255}};
  const Mask mask = decode_mask(encode_png(grey), "m.png");
  EXPECT_EQ(mask.size, (Size{2, 2}));
  EXPECT_EQ(mask.values, (PixelBytes{0, 1, 2, 255}));
}

TEST(MaskFile, IsRefusedInColour) {
  const Error error = error_of([] {
    decode_mask(encode_png(smooth_picture({4, 4})), "masks/m.png");
  });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("masks/m.png: mask in colour; must be one channel"));
}

TEST(MaskFile, IsRefusedWithSixteenBits) {
  EXPECT_THAT(error_of([] { decode_mask(golden::kDeepPng, "m.png"); }).what(),
              HasSubstr("m.png: mask of 16 bits; must be 8 bits per pixel"));
}

TEST(MaskFile, IsRefusedInALossyFormat) {
  EXPECT_THAT(error_of([] { decode_mask(golden::kGreyJpeg, "m.jpg"); }).what(),
              HasSubstr("m.jpg: mask in a lossy format"));
  EXPECT_THAT(error_of([] { decode_mask(golden::kLossyWebp, "m.webp"); }).what(),
              HasSubstr("lossy format"));
}

void append_chunk(FileBytes& file, const char* name, std::span<const std::uint8_t> payload) {
  file.insert(file.end(), name, name + 4);
  for (int i = 0; i < 4; ++i) {
    file.push_back(static_cast<std::uint8_t>(payload.size() >> 8 * i));
  }
  file.insert(file.end(), payload.begin(), payload.end());
  if (payload.size() % 2 == 1) file.push_back(0);
}

// The picture of a plain WebP of 4x6 in a file that has other things as well.
FileBytes in_container(std::span<const std::uint8_t> webp, bool as_frame) {
  const auto picture = webp.subspan(12);  // a chunk
  FileBytes chunks;
  const std::uint8_t kExif = 0x08, kAnimation = 0x02;
  append_chunk(chunks, "VP8X", FileBytes{as_frame ? kAnimation : kExif, 0, 0, 0, 5, 0, 0, 3, 0, 0});
  if (as_frame) {
    append_chunk(chunks, "ANIM", FileBytes(6, 0));
    FileBytes frame(16, 0);
    frame[6] = 5, frame[9] = 3;  // width and height, less 1
    frame.insert(frame.end(), picture.begin(), picture.end());
    append_chunk(chunks, "ANMF", frame);
  } else {
    chunks.insert(chunks.end(), picture.begin(), picture.end());
    append_chunk(chunks, "EXIF", FileBytes{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0});
  }
  FileBytes all = {'W', 'E', 'B', 'P'};
  all.insert(all.end(), chunks.begin(), chunks.end());
  FileBytes file;
  append_chunk(file, "RIFF", all);
  return file;
}

TEST(MaskFile, IsRefusedInALossyFormatWithinAContainer) {
  const FileBytes lossy = in_container(golden::kLossyWebp, false);
  EXPECT_EQ(pixels(lossy), pixels(golden::kLossyWebp));  // it is a good file
  for (const FileBytes& file : {lossy, in_container(golden::kLossyWebp, true)}) {
    EXPECT_TRUE(is_lossy(file));
    EXPECT_THAT(error_of([&] { decode_mask(file, "m.webp"); }).what(),
                HasSubstr("m.webp: mask in a lossy format"));
  }
  const FileBytes lossless = in_container(golden::kLosslessWebp, false);
  EXPECT_EQ(pixels(lossless), pixels(golden::kLosslessWebp));
  EXPECT_FALSE(is_lossy(lossless));
  EXPECT_FALSE(is_lossy(in_container(golden::kLosslessWebp, true)));
  EXPECT_FALSE(is_lossy(golden::kTurnedWebp));
  for (std::size_t count = 0; count < lossy.size(); ++count) is_lossy(first_part(lossy, count));
}

TEST(MaskFile, MayBeLosslessWebpOrBmp) {
  // Both are in colour here, which is what they are refused for.
  EXPECT_THAT(error_of([] { decode_mask(golden::kLosslessWebp, "m"); }).what(),
              HasSubstr("in colour"));
  EXPECT_THAT(error_of([] { decode_mask(golden::kBmp, "m"); }).what(), HasSubstr("in colour"));
}

}  // namespace
}  // namespace carica::data
