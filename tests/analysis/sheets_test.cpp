#include "analysis/sheets.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/shrunk.h"
#include "data/images/image_io.h"
#include "support/temp_folder.h"

namespace carica::analysis {
namespace {

data::Picture plain(data::Size size, std::uint8_t value) {
  data::Picture picture;
  picture.size = size;
  picture.pixels = data::PixelBytes(static_cast<std::size_t>(size.height * size.width * 3), value);
  return picture;
}

std::vector<std::string> drawn(int rows, int columns) {
  const test::TempFolder folder;
  Sheets sheets(FileSystem::real(), {.stem = folder / "mistakes",
                                     .title = "Mistakes",
                                     .columns = columns,
                                     .cell = 16,
                                     .keys = {}});
  for (int i = 0; i < rows; ++i) {
    sheets.add(plain({40, 30}, 200), "a");
    sheets.end_row();
  }
  sheets.finish();
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

TEST(Sheets, AreCutIntoFilesOfFortyRowsAtMostTen) {
  EXPECT_TRUE(drawn(0, 2).empty());
  EXPECT_EQ(drawn(40, 2), (std::vector<std::string>{"mistakes.png"}));
  EXPECT_EQ(drawn(41, 2), (std::vector<std::string>{"mistakes.png", "mistakes_2.png"}));
  EXPECT_EQ(drawn(400, 1).size(), 10U);
  EXPECT_EQ(drawn(3000, 1).size(), 10U);
}

TEST(Shrunk, FitsTheSideAndKeepsFlatColors) {
  EXPECT_EQ(shrunk(plain({1080, 1920}, 7), 200).size, (data::Size{113, 200}));
  EXPECT_EQ(shrunk(plain({20, 30}, 7), 200).size, (data::Size{20, 30}));
  auto mask = plain({4, 4}, 0);
  for (std::size_t i = 0; i < mask.pixels.size(); i += 2) mask.pixels[i] = 255;
  for (const auto value : shrunk_flat(mask, 2).pixels) EXPECT_TRUE(value == 0 || value == 255);
}

}  // namespace
}  // namespace carica::analysis
