#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
// jpeglib.h needs FILE before it.
#include <jpeglib.h>

#include <random>

#include "data/images/image_io.h"
#include "data/images/jpeg.h"
#include "io_support.h"
#include "transform_pictures.h"

namespace carica::data {
namespace {

using ::testing::HasSubstr;

struct Kind {
  const char* name;
  int across, down;  // luma samples per chroma sample; 0: grey
  bool progressive;
  int restart_rows;
};

constexpr Kind kKinds[] = {{"4:4:4", 1, 1, false, 0},          {"4:2:2", 2, 1, false, 0},
                           {"4:2:0", 2, 2, false, 0},          {"4:4:0", 1, 2, false, 0},
                           {"4:1:1", 4, 1, false, 0},          {"grey", 0, 0, false, 0},
                           {"progressive", 2, 2, true, 0},     {"progressive 4:4:4", 1, 1, true, 0},
                           {"restart markers", 2, 2, false, 1}};

FileBytes encoded_as(const Kind& kind, const Picture& picture) {
  jpeg_compress_struct info;
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &memory, &size);
  info.image_width = static_cast<JDIMENSION>(picture.size.width);
  info.image_height = static_cast<JDIMENSION>(picture.size.height);
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 85, TRUE);
  if (kind.across == 0) {
    jpeg_set_colorspace(&info, JCS_GRAYSCALE);
  } else {
    info.comp_info[0].h_samp_factor = kind.across;
    info.comp_info[0].v_samp_factor = kind.down;
  }
  if (kind.progressive) jpeg_simple_progression(&info);
  info.restart_in_rows = kind.restart_rows;
  jpeg_start_compress(&info, TRUE);
  for (int y = 0; y < picture.size.height; ++y) {
    JSAMPROW row =
        const_cast<JSAMPROW>(picture.pixels.data() + std::size_t{3} * y * picture.size.width);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  FileBytes bytes(memory, memory + size);
  std::free(memory);
  return bytes;
}

// Smooth with noise on top: every coefficient is there, and chroma differs from block to block.
Picture grainy_picture(Size size) {
  Picture picture = smooth_picture(size);
  std::minstd_rand random(7);
  for (auto& byte : picture.pixels) {
    byte = static_cast<std::uint8_t>(
        std::clamp(int{byte} + static_cast<int>(random() % 61) - 30, 0, 255));
  }
  return picture;
}

Window random_window(Size size, std::minstd_rand& random) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const int height = 1 + below(size.height), width = 1 + below(size.width);
  return {below(size.height - height + 1), below(size.width - width + 1), {height, width}};
}

PixelBytes pixels_of(const PictureView& view) {
  PixelBytes bytes;
  for (int y = 0; y < view.size.height; ++y) {
    const std::uint8_t* row = view.pixels + static_cast<std::size_t>(y) * view.row_bytes;
    bytes.insert(bytes.end(), row, row + static_cast<std::ptrdiff_t>(view.size.width) * 3);
  }
  return bytes;
}

TEST(JpegPart, HasThePixelsOfTheWholeForEveryKindAndWindow) {
  std::minstd_rand random(3);
  PicturePart part;
  for (const Kind& kind : kKinds) {
    for (const Size size : {Size{1, 1}, Size{7, 5}, Size{16, 16}, Size{33, 47}, Size{95, 130}}) {
      const FileBytes file = encoded_as(kind, grainy_picture(size));
      const Picture all = decode_jpeg(file, "all.jpg");
      for (int i = 0; i < 40; ++i) {
        const Window place = i == 0 ? whole(size) : random_window(size, random);
        decode_jpeg_part(file, "part.jpg", place, 1, part);
        ASSERT_EQ(part.view.size, place.size);
        ASSERT_EQ(pixels_of(part.view), pixels_of(window(all, place.top, place.left, place.size)))
            << kind.name << ", " << size.height << "x" << size.width << ", window at " << place.top
            << "," << place.left << " of " << place.size.height << "x" << place.size.width;
      }
    }
  }
}

// Chroma of 4:1:1 by 8 is one sample for four pixels, and is not made smooth.
TEST(JpegPart, ReducedIsNearTheMeanOfItsPixels) {
  const Picture picture = smooth_picture({96, 128});
  PicturePart part;
  for (const Kind& kind : kKinds) {
    if (kind.across == 0) continue;
    const FileBytes file = encoded_as(kind, picture);
    for (const int reduction : {2, 4, 8}) {
      decode_jpeg_part(file, "part.jpg", {16, 32, {64, 48}}, reduction, part);
      ASSERT_EQ(part.view.size, (Size{64 / reduction, 48 / reduction}));
      const Picture mean =
          resize_bilinear(decode_jpeg(file, "all.jpg"), {96 / reduction, 128 / reduction});
      EXPECT_LE(largest_difference(
                    pixels_of(part.view),
                    pixels_of(window(mean, 16 / reduction, 32 / reduction, part.view.size))),
                kind.across == 4 && reduction == 8 ? 14 : 8)
          << kind.name << " by " << reduction;
    }
  }
}

TEST(JpegPart, OfAFileThatEndsEarlyIsAnErrorWhereverTheWindowLies) {
  PicturePart part;
  for (const Kind& kind : kKinds) {
    const FileBytes file = encoded_as(kind, grainy_picture({64, 96}));
    for (std::size_t length = file.size() / 3; length < file.size(); length += 37) {
      const FileBytes cut = first_part(file, length);
      const Error error = error_of([&] {
        decode_jpeg_part(cut, "cut.jpg", {0, 0, {4, 4}}, 1, part);
      });
      EXPECT_EQ(error.code(), ErrorCode::kData);
      EXPECT_THAT(error.what(), HasSubstr("cut.jpg: truncated JPEG"))
          << kind.name << " at " << length;
    }
  }
}

TEST(JpegPart, MindsNoBytesBehindTheEnd) {
  FileBytes file = encoded_as(kKinds[2], grainy_picture({64, 96}));
  file.resize(file.size() + 1000, 0);
  PicturePart part;
  decode_jpeg_part(file, "padded.jpg", {0, 0, {4, 4}}, 1, part);
  EXPECT_EQ(part.view.size, (Size{4, 4}));
}

TEST(JpegPart, TheNextPictureIsWholeAfterABadOne) {
  const FileBytes file = encoded_as(kKinds[2], grainy_picture({64, 96}));
  const Picture before = decode_jpeg(file, "good.jpg");
  PicturePart part;
  for (std::size_t length = 2; length < file.size(); length += 97) {
    EXPECT_THROW(decode_jpeg(first_part(file, length), "bad.jpg"), Error);
    EXPECT_THROW(decode_jpeg_part(first_part(file, length), "bad.jpg", {8, 8, {9, 9}}, 2, part),
                 Error);
    ASSERT_EQ(decode_jpeg(file, "good.jpg").pixels, before.pixels);
  }
}

}  // namespace
}  // namespace carica::data
