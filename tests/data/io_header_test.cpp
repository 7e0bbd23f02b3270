#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.h"
#include "data/images/image_io.h"
#include "golden/images_golden.h"
#include "io_support.h"

namespace carica::data {
namespace {

using ::testing::HasSubstr;

struct GoldenFile {
  const char* name;
  std::span<const std::uint8_t> bytes;
  ImageFormat format;
  Size size;
};

const GoldenFile kFiles[] = {
    {"grey.jpg", golden::kGreyJpeg, ImageFormat::kJpeg, {4, 6}},
    {"progressive.jpg", golden::kProgressiveJpeg, ImageFormat::kJpeg, {4, 6}},
    {"alpha.png", golden::kAlphaPng, ImageFormat::kPng, {4, 6}},
    {"turned.png", golden::kTurnedPng, ImageFormat::kPng, {6, 4}},
    {"lossy.webp", golden::kLossyWebp, ImageFormat::kWebp, {4, 6}},
    {"lossless.webp", golden::kLosslessWebp, ImageFormat::kWebp, {4, 6}},
    {"turned.webp", golden::kTurnedWebp, ImageFormat::kWebp, {6, 4}},
    {"a.bmp", golden::kBmp, ImageFormat::kBmp, {4, 6}},
};

// The picture's header with another size: places of height and width in a JPEG from encode_jpeg().
FileBytes jpeg_that_claims(int height, int width) {
  FileBytes bytes = encode_jpeg(smooth_picture({16, 16}));
  for (std::size_t at = 0; at + 9 < bytes.size(); ++at) {
    if (bytes[at] != 0xFF || bytes[at + 1] != 0xC0) continue;
    bytes[at + 5] = static_cast<std::uint8_t>(height >> 8);
    bytes[at + 6] = static_cast<std::uint8_t>(height);
    bytes[at + 7] = static_cast<std::uint8_t>(width >> 8);
    bytes[at + 8] = static_cast<std::uint8_t>(width);
    break;
  }
  return bytes;
}

FileBytes png_that_claims(std::uint32_t height, std::uint32_t width) {
  FileBytes bytes = encode_png(smooth_picture({2, 2}));
  for (int i = 0; i < 4; ++i) {
    bytes[static_cast<std::size_t>(16 + i)] = static_cast<std::uint8_t>(width >> (24 - 8 * i));
    bytes[static_cast<std::size_t>(20 + i)] = static_cast<std::uint8_t>(height >> (24 - 8 * i));
  }
  return bytes;
}

TEST(ImageHeader, TellsFormatAndSizeByTheFirstBytes) {
  for (const auto& file : kFiles) {
    EXPECT_EQ(image_format(file.bytes), file.format) << file.name;
    EXPECT_EQ(image_size(file.bytes, file.name), file.size) << file.name;
    EXPECT_EQ(decode_picture(file.bytes, file.name).size, file.size) << file.name;
  }
}

TEST(ImageHeader, RefusesEveryFileThatIsCutOff) {
  for (const auto& file : kFiles) {
    // What follows the pixels may be missing unnoticed in a WebP (its EXIF) and a JPEG never.
    const std::size_t pixels_end =
        file.format == ImageFormat::kWebp ? file.bytes.size() / 2 : file.bytes.size() - 1;
    for (std::size_t count = 0; count <= pixels_end; ++count) {
      EXPECT_THROW(decode_picture(first_part(file.bytes, count), file.name), Error)
          << file.name << " cut to " << count << " of " << file.bytes.size();
    }
  }
}

TEST(ImageHeader, RefusesWhatIsNoPicture) {
  const std::string text = "this is a text file that someone named cat.jpg";
  const FileBytes bytes(text.begin(), text.end());
  const Error error = error_of([&] { decode_picture(bytes, "data/cat.jpg"); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_STREQ(error.what(),
               "data/cat.jpg: not a picture: its first bytes are of no known format; must be "
               "JPEG, PNG, WebP or BMP");
  EXPECT_EQ(image_format(bytes), ImageFormat::kUnknown);
}

TEST(ImageHeader, NamesFormatsThatAreNotRead) {
  const auto said = [](const std::string& text) {
    const FileBytes bytes(text.begin(), text.end());
    const Error error = error_of([&] { decode_picture(bytes, "cat.jpg"); });
    return cat(error.what(), "; hint: ", error.hint());
  };
  EXPECT_EQ(said("GIF89a and so on"),
            "cat.jpg: a GIF; must be JPEG, PNG, WebP or BMP; hint: convert it to PNG or JPEG: "
            "another ending does not");
  EXPECT_THAT(said(std::string("\0\0\0\x18", 4) + "ftypheic"),
              testing::HasSubstr("cat.jpg: a HEIC of a phone's camera; must be"));
  EXPECT_THAT(said("<!DOCTYPE html><html>"), testing::HasSubstr("cat.jpg: a web page; must be"));
  EXPECT_THAT(said("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
              testing::HasSubstr("hint: git lfs pull brings the picture"));
}

TEST(ImageHeader, RefusesAPngBombBeforeDecodingIt) {
  const auto bomb = png_that_claims(30000, 30000);
  const Error error = error_of([&] { decode_picture(bomb, "bomb.png"); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_STREQ(error.what(),
               "bomb.png: claims 30000x30000 pixels; at most 67108864 in all and 32768 per side");
  EXPECT_THROW(decode_mask(bomb, "bomb.png"), Error);
}

TEST(ImageHeader, RefusesAJpegWhoseHeaderWasEditedOverTheLimits) {
  const Error error = error_of([] { decode_picture(jpeg_that_claims(65000, 65000), "a.jpg"); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("claims 65000x65000 pixels; at most 67108864 in all"));
  // Within the pixels, but too long a side.
  EXPECT_THAT(error_of([] { decode_picture(jpeg_that_claims(8, 40000), "a.jpg"); }).what(),
              HasSubstr("32768 per side"));
}

TEST(ImageHeader, RefusesAJpegThatClaimsMoreThanItHolds) {
  const Error error = error_of([] { decode_picture(jpeg_that_claims(400, 400), "a.jpg"); });
  EXPECT_THAT(error.what(), HasSubstr("truncated JPEG"));
}

TEST(ImageHeader, TakesLimitsFromTheCaller) {
  const auto bytes = encode_png(smooth_picture({10, 20}));
  EXPECT_NO_THROW(decode_picture(bytes, "a.png", {200, 20}));
  EXPECT_THROW(decode_picture(bytes, "a.png", {199, 20}), Error);
  EXPECT_THROW(decode_picture(bytes, "a.png", {200, 19}), Error);
}

TEST(ImageHeader, RefusesSizesOfZero) {
  EXPECT_THROW(image_size(png_that_claims(0, 5), "a.png"), Error);
  EXPECT_THROW(image_size(png_that_claims(5, 0xFFFFFFFF), "a.png"), Error);
  EXPECT_THROW(image_size(jpeg_that_claims(0, 5), "a.jpg"), Error);
}

// Damage must end in an Error or a picture, never in a crash or an exception of another library.
TEST(ImageHeader, SurvivesEveryFlippedByte) {
  for (const auto& file : kFiles) {
    FileBytes bytes(file.bytes.begin(), file.bytes.end());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const auto kept = bytes[i];
      for (const int flip : {0xFF, 0x01, 0x80}) {
        bytes[i] = static_cast<std::uint8_t>(kept ^ flip);
        try {
          decode_picture(bytes, file.name, {1 << 20, 4096});
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::kData) << file.name << " byte " << i;
        }
        try {
          decode_mask(bytes, file.name, {1 << 20, 4096});
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::kData) << file.name << " byte " << i;
        }
      }
      bytes[i] = kept;
    }
  }
}

}  // namespace
}  // namespace carica::data
