#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/images/image_io.h"
#include "io_support.h"
#include "support/temp_folder.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

TEST(PictureFile, IsWrittenByItsEnding) {
  const test::TempFolder folder;
  const Picture picture = smooth_picture({20, 30});
  write_picture(folder / "a.png", picture);
  write_picture(folder / "a.JPG", picture);
  EXPECT_EQ(image_format(read_bytes(folder / "a.png")), ImageFormat::kPng);
  EXPECT_EQ(image_format(read_bytes(folder / "a.JPG")), ImageFormat::kJpeg);
  EXPECT_EQ(read_picture(folder / "a.png").pixels, picture.pixels);
  EXPECT_EQ(error_of([&] { write_picture(folder / "a.gif", picture); }).code(), ErrorCode::kIo);
}

TEST(PictureFile, IsNotWrittenWhenEmptyOrToAFolderThatIsNotThere) {
  const test::TempFolder folder;
  EXPECT_EQ(error_of([&] { write_picture(folder / "a.png", {}); }).code(), ErrorCode::kIo);
  EXPECT_EQ(error_of([&] {
              write_picture(folder / "no/a.png", smooth_picture({2, 2}));
            }).code(),
            ErrorCode::kIo);
}

TEST(PictureFile, IsReadByItsContentWhateverItsName) {
  const test::TempFolder folder;
  put_bytes(folder / "really_a_png.jpg", encode_png(smooth_picture({3, 5})));
  EXPECT_EQ(read_picture(folder / "really_a_png.jpg").size, (Size{3, 5}));
}

TEST(PictureFile, IsNamedInEveryError) {
  const test::TempFolder folder;
  put_bytes(folder / "empty.jpg", {});
  test::write_text(folder / "text.jpg", "no picture");
  fs::create_directory(folder / "folder.jpg");
  const auto message = [&](const char* name) {
    const Error error = error_of([&] { read_picture(folder / name); });
    EXPECT_EQ(error.code(), ErrorCode::kData) << name;
    EXPECT_THAT(error.what(), HasSubstr((folder / name).string() + ": "));
    return std::string(error.what());
  };
  EXPECT_THAT(message("missing.jpg"), HasSubstr("cannot be read: No such file"));
  EXPECT_THAT(message("empty.jpg"), HasSubstr("is empty (0 bytes)"));
  EXPECT_THAT(message("text.jpg"), HasSubstr("not a picture"));
  EXPECT_THAT(message("folder.jpg"), HasSubstr("cannot be read"));
}

TEST(MaskFile, ComesBackAsItWas) {
  const test::TempFolder folder;
  const Mask mask = counting_mask({40, 50}, 256);
  write_mask(folder / "m.png", mask);
  const Mask read = read_mask(folder / "m.png");
  EXPECT_EQ(read.size, mask.size);
  EXPECT_EQ(read.values, mask.values);
}

TEST(FileBytes, AreAtMost256MiB) {
  const test::TempFolder folder;
  test::write_text(folder / "big", "x");
  fs::resize_file(folder / "big", (256u << 20) + 1);  // sparse: takes no room
  EXPECT_THAT(error_of([&] { read_bytes(folder / "big"); }).what(), HasSubstr("at most 256"));
}

}  // namespace
}  // namespace carica::data
