#include "report/pictures.h"

#include "data/images/png.h"
#include "expect_error.h"
#include "png_file.h"
#include "report/style.h"
#include "support/temp_folder.h"

namespace carica::report {
namespace {

using test::expect_error;
using test::PngFile;
using test::TempFolder;

data::Picture plain(int height, int width, Color color) {
  data::Picture picture{{height, width}, {}};
  for (int i = 0; i < height * width; ++i) {
    picture.pixels.insert(picture.pixels.end(), color.begin(), color.end());
  }
  return picture;
}

TEST(Overlay, BlendsToTheNearestByte) {
  const data::Picture picture{{1, 2}, {0, 10, 255, 7, 8, 9}};
  const data::Mask mask{{1, 2}, {1, 0}};
  const std::vector<Color> colors{{7, 9, 9}, {255, 20, 0}};
  // 127.5, 15, 127.5 round up; 7, 8.5, 9.
  EXPECT_EQ(overlay(picture, mask, colors).pixels, (data::PixelBytes{128, 15, 128, 7, 9, 9}));
  // A quarter: 63.75, 12.5, 191.25; 7, 8.25, 9.
  EXPECT_EQ(overlay(picture, mask, colors, -1, 0.25).pixels,
            (data::PixelBytes{64, 13, 191, 7, 8, 9}));
}

TEST(Overlay, LeavesIgnoredPixelsAsTheyAre) {
  const data::Picture picture{{1, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}};
  const data::Mask mask{{1, 3}, {255, 0, 2}};
  EXPECT_EQ(overlay(picture, mask, {{0, 0, 0}, {9, 9, 9}}, -1, 1).pixels,
            (data::PixelBytes{1, 2, 3, 0, 0, 0, 7, 8, 9}));
}

TEST(Overlay, LeavesTheBackgroundAsItIs) {
  const std::vector<std::string> classes{"ripe", "Background"};
  EXPECT_EQ(background_class(classes), 1);
  EXPECT_EQ(background_class({"sky", "road"}), -1);
  const data::Picture picture{{1, 2}, {1, 2, 3, 4, 5, 6}};
  EXPECT_EQ(overlay(picture, {{1, 2}, {0, 1}}, class_colors(2), 1, 1).pixels,
            (data::PixelBytes{class_colors(1)[0][0], class_colors(1)[0][1], class_colors(1)[0][2],
                              4, 5, 6}));
}

TEST(Overlay, ShowsThePictureAt0AndTheColorsAt1) {
  const data::Picture picture = plain(3, 4, {11, 22, 33});
  const data::Mask mask{{3, 4}, data::PixelBytes(12, 0)};
  EXPECT_EQ(overlay(picture, mask, {{200, 100, 50}}, -1, 0).pixels, picture.pixels);
  EXPECT_EQ(overlay(picture, mask, {{200, 100, 50}}, -1, 1).pixels,
            plain(3, 4, {200, 100, 50}).pixels);
}

TEST(Overlay, RefusesAMaskOfAnotherSize) {
  expect_error(ErrorCode::kShape, "mask of 4 x 3 on a picture of 3 x 4", [] {
    overlay(plain(4, 3, {0, 0, 0}), {{3, 4}, data::PixelBytes(12, 0)}, {});
  });
}

TEST(PalettePng, KeepsClassIndicesAndShowsColors) {
  data::Mask mask{{3, 2}, {0, 1, 2, 20, 254, 255}};
  const std::vector<Color> colors = class_colors(21);
  const auto bytes = data::encode_palette_png(mask, colors);
  EXPECT_TRUE(data::is_index_png(bytes));
  EXPECT_EQ(bytes[25], 3);  // colour type: palette
  EXPECT_EQ(data::png_bit_depth(bytes), 8);
  const auto read = data::decode_index_png(bytes, "mask");
  EXPECT_EQ(read.size, mask.size);
  EXPECT_EQ(read.values, mask.values);
  data::PixelBytes shown;
  for (const Color& color :
       {colors[0], colors[1], colors[2], colors[20], {128, 128, 128}, {128, 128, 128}}) {
    shown.insert(shown.end(), color.begin(), color.end());
  }
  EXPECT_EQ(data::decode_png(bytes, "mask").pixels, shown);
}

TEST(PalettePng, TakesAnyNumberOfColorsAndOddSizes) {
  for (const int classes : {0, 1, 256, 300}) {
    const data::Mask mask{{5, 1023}, data::PixelBytes(5 * 1023, 7)};
    const auto bytes = data::encode_palette_png(mask, class_colors(classes));
    EXPECT_EQ(data::decode_index_png(bytes, "mask").values, mask.values);
    EXPECT_LT(bytes.size(), 1200u);  // of which the palette has 768
  }
  expect_error(ErrorCode::kIo, "a mask of 0x0 cannot be encoded as PNG",
               [] { data::encode_palette_png({}, {}); });
}

TEST(PictureGrid, ShowsEachPictureInItsCell) {
  const TempFolder folder;
  const std::vector<Color> colors = class_colors(6);
  std::vector<GridCell> cells;
  for (const Color& color : colors) cells.push_back({plain(10, 10, color), ""});
  draw_grid(cells, 3, 50, "", folder / "grid.png");
  const PngFile png(folder / "grid.png");
  for (int i = 0; i < 6; ++i) {
    const int x = static_cast<int>(style::kMargin) + i % 3 * 58 + 25;
    const int y = static_cast<int>(style::kMargin) + i / 3 * 58 + 25;
    EXPECT_EQ(png.at(x, y), colors[i]) << "cell " << i;
    EXPECT_EQ(png.at(x - 24, y - 24), colors[i]) << "no pale rim, cell " << i;
  }
  EXPECT_TRUE(png.has_white_margin(static_cast<int>(style::kMargin)));
}

TEST(PictureGrid, KeepsTheProportionsOfPictures) {
  const TempFolder folder;
  const Color color{10, 200, 30};
  draw_grid({{plain(400, 100, color), "upright"}, {plain(7, 28, color), "level"}}, 2, 100, "",
            folder / "grid.png");
  const PngFile png(folder / "grid.png");
  EXPECT_EQ(png.count(color), 2u * 100 * 25);
}

TEST(PictureGrid, KeepsItsMarginsForLongTitles) {
  const TempFolder folder;
  const std::string title = "a_very_long_file_name_без_пробелов_und_noch_länger, predicted ripe";
  std::vector<GridCell> cells(7, {plain(30, 20, {1, 2, 3}), title + "\n" + title});
  cells.push_back({{}, "no picture"});
  for (const char* name : {"grid.png", "grid.svg"}) {
    draw_grid(cells, 4, 120, title + title + title, folder / name);
  }
  EXPECT_TRUE(PngFile(folder / "grid.png").has_white_margin(16));
}

TEST(PictureGrid, TakesOddNumbers) {
  const TempFolder folder;
  draw_grid({}, 4, 100, "nothing", folder / "grid.png");
  EXPECT_GT(PngFile(folder / "grid.png").distinct_colors(), 2u);
  draw_grid({{plain(1, 5000, {9, 9, 9}), "thin"}}, 0, -5, "", folder / "grid.png");
  EXPECT_GT(PngFile(folder / "grid.png").width(), 16);
}

TEST(PictureGrid, RefusesASheetThatIsTooLarge) {
  const TempFolder folder;
  const std::vector<GridCell> cells(1000);
  expect_error(ErrorCode::kUsage, "each side must be in 1..30000",
               [&] { draw_grid(cells, 1, 200, "", folder / "grid.png"); });
}

TEST(PictureGrid, NamesTheFileThatItCannotWrite) {
  const TempFolder folder;
  expect_error(ErrorCode::kIo, "missing/grid.png",
               [&] { draw_grid({}, 1, 100, "", folder / "missing/grid.png"); });
}

}  // namespace
}  // namespace carica::report
