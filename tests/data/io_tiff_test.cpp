#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/images/image_io.h"
#include "data/images/tiff_header.h"
#include "golden/masks_golden.h"
#include "io_support.h"

namespace carica::data {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

constexpr DecodeLimits kAllowed{.allow_tiff = true};

FileBytes bytes_of(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

TEST(Tiff, IsReadOnRequestAlone) {
  EXPECT_EQ(image_format(golden::kTiff), ImageFormat::kTiff);
  const Error error = error_of([] { decode_picture(golden::kTiff, "p.tif"); });
  EXPECT_STREQ(error.what(), "p.tif: a TIFF; must be JPEG, PNG, WebP or BMP");
  EXPECT_THAT(error.hint(), HasSubstr("data.allow_tiff: true"));
  for (const std::span<const std::uint8_t> file :
       {std::span<const std::uint8_t>(golden::kTiff), {golden::kLzwTiff}}) {
    const Picture picture = decode_picture(file, "p.tif", kAllowed);
    EXPECT_EQ(picture.size, (Size{4, 6}));
    EXPECT_THAT(picture.pixels, ElementsAreArray(golden::kTiffRgb));
  }
}

TEST(Tiff, TriplesGreyAndScales16Bits) {
  for (const std::span<const std::uint8_t> file :
       {std::span<const std::uint8_t>(golden::kGreyTiff), {golden::kDeepTiff}}) {
    const Picture picture = decode_picture(file, "p.tif", kAllowed);
    for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
      EXPECT_EQ(picture.pixels[i], golden::kTiffRgb[i / 3 * 3]);
    }
  }
}

TEST(Tiff, IsRefusedWhenItEndsEarly) {
  const FileBytes file = bytes_of(golden::kTiff);
  for (std::size_t end = 0; end < file.size(); ++end) {
    const FileBytes part = first_part(file, end);
    EXPECT_THROW(decode_picture(part, "p.tif", kAllowed), Error) << end;
  }
}

// One row of two pixels, red green blue alpha; `alpha`: 1 associated, 2 unassociated.
FileBytes tiff_with_alpha(std::uint8_t alpha, const FileBytes& pixels) {
  FileBytes file = {'I', 'I', 42, 0, 8, 0, 0, 0, 9, 0};
  const std::uint8_t behind = 10 + 9 * 12 + 4;  // the directory; there stand the bits, then the row
  const auto entry = [&](std::uint16_t tag, std::uint8_t count, std::uint8_t value) {
    const auto low = static_cast<std::uint8_t>(tag), high = static_cast<std::uint8_t>(tag >> 8);
    for (const std::uint8_t byte : FileBytes{low, high, 3, 0, count, 0, 0, 0, value, 0, 0, 0}) {
      file.push_back(byte);
    }
  };
  entry(256, 1, 2);           // width
  entry(257, 1, 1);           // height
  entry(258, 4, behind);      // bits of each channel
  entry(262, 1, 2);           // RGB
  entry(273, 1, behind + 8);  // where the row is
  entry(277, 1, 4);           // channels
  entry(278, 1, 1);           // rows
  entry(279, 1, 8);           // bytes
  entry(338, 1, alpha);
  for (const std::uint8_t byte : FileBytes{0, 0, 0, 0, 8, 0, 8, 0, 8, 0, 8, 0})
    file.push_back(byte);
  file.insert(file.end(), pixels.begin(), pixels.end());
  return file;
}

TEST(Tiff, HasItsAlphaDroppedOrIsRefused) {
  const FileBytes pixels = {40, 20, 10, 128, 7, 8, 9, 255};
  EXPECT_THAT(decode_picture(tiff_with_alpha(1, pixels), "p.tif", kAllowed).pixels,
              ElementsAreArray({40, 20, 10, 7, 8, 9}));
  const Error error =
      error_of([&] { decode_picture(tiff_with_alpha(2, pixels), "p.tif", kAllowed); });
  EXPECT_STREQ(error.what(), "p.tif: TIFF with alpha beside its colours; must have none");
  EXPECT_THAT(error.hint(), HasSubstr("without the alpha channel"));
}

TEST(Tiff, ClaimsAreCheckedBeforeDecoding) {
  // The entry of tag 256, type 4 (32 bits) or 3 (16 bits): its value is 8 bytes behind its start.
  FileBytes file = bytes_of(golden::kTiff);
  std::size_t changed = 0;
  for (std::size_t i = 8; i + 12 < file.size(); i += 2) {
    if (file[i] == 0 && file[i + 1] == 1 && file[i + 3] == 0 && file[i + 8] == 6) {
      file[i + 2] = 4;
      file[i + 8] = file[i + 9] = file[i + 10] = 0xFF;
      ++changed;
    }
  }
  ASSERT_EQ(changed, 1u);
  EXPECT_THAT(error_of([&] { decode_picture(file, "bomb.tif", kAllowed); }).what(),
              HasSubstr("bomb.tif: claims 16777215x4 pixels"));
}

}  // namespace
}  // namespace carica::data
