#include <gmock/gmock.h>

#include "expect_error.h"
#include "png_file.h"
#include "report/curves.h"
#include "report/heat_map.h"
#include "report/style.h"
#include "support/temp_folder.h"

namespace carica::report {
namespace {

using test::expect_error;
using test::PngFile;
using test::TempFolder;
using Counts = std::vector<std::vector<std::int64_t>>;

std::vector<std::string> names(int classes, const std::string& prefix = "class ") {
  std::vector<std::string> made;
  for (int i = 0; i < classes; ++i) made.push_back(prefix + std::to_string(i));
  return made;
}

Counts diagonal(int classes, std::int64_t count) {
  Counts counts(classes, std::vector<std::int64_t>(classes, 0));
  for (int i = 0; i < classes; ++i) counts[i][i] = count;
  return counts;
}

PngFile drawn(const Counts& counts, const std::vector<std::string>& classes) {
  const TempFolder folder;
  draw_confusion(counts, classes, folder / "confusion.png");
  return PngFile(folder / "confusion.png");
}

HeatMapLayout layout_of(int classes, const std::string& prefix = "class ") {
  HeatMap map;
  map.names = names(classes, prefix);
  return HeatMapLayout(Canvas(Format::kPng, 1, 1), map);
}

TEST(Confusion, KeepsItsMarginsFrom1To300Classes) {
  for (const int classes : {1, 2, 10, 60, 150, 300}) {
    const PngFile png = drawn(diagonal(classes, 7), names(classes));
    EXPECT_TRUE(png.has_white_margin(8)) << classes << " classes";
    EXPECT_GT(png.distinct_colors(), 50u);
  }
}

TEST(Confusion, KeepsItsMarginsForLongAndForeignNames) {
  for (const int classes : {2, 10, 60}) {
    const auto foreign = names(classes, "un très long nom — папайя, größer als jede Spalte ");
    EXPECT_TRUE(drawn(diagonal(classes, 7), foreign).has_white_margin(8)) << classes;
  }
}

TEST(Confusion, ColorsACellByItsShareOfTheRow) {
  const HeatMapLayout layout = layout_of(4, "");
  const PngFile png = drawn({{3, 1, 0, 0}, {0, 5, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 2}}, names(4, ""));
  const auto corner = [&](int row, int column) {  // beside the number
    return png.at(static_cast<int>(layout.plot.x + column * layout.cell) + 4,
                  static_cast<int>(layout.plot.y + 20 + row * layout.cell) + 4);
  };
  EXPECT_EQ(corner(0, 0), sequential(0.75));
  EXPECT_EQ(corner(0, 1), sequential(0.25));
  EXPECT_EQ(corner(0, 2), style::kPaper);
  EXPECT_EQ(corner(1, 1), sequential(1));
  EXPECT_EQ(corner(2, 0), style::kNothing) << "a class without samples";
}

TEST(Confusion, LeavesRoomForEveryLabelOrThinsThem) {
  for (const int classes : {2, 10, 60, 150, 400, 1000}) {
    const HeatMapLayout layout = layout_of(classes);
    EXPECT_GE(layout.label_size, 9.5);
    EXPECT_GE(layout.cell * layout.every, layout.label_size) << classes << " classes";
    EXPECT_EQ(layout.every, classes <= 150 ? 1 : layout.every);
  }
}

TEST(Confusion, DrawsCountsOfAnySize) {
  EXPECT_GT(drawn(diagonal(12, 1'000'000'000'000'000'000), names(12)).distinct_colors(), 50u);
  EXPECT_GT(drawn(diagonal(3, 0), names(3)).distinct_colors(), 50u);
  EXPECT_GT(drawn({}, {}).distinct_colors(), 10u);
}

TEST(Confusion, RefusesWhatIsNotSquareOrNotACount) {
  for (const Counts& counts : {Counts{{1, 2}}, Counts{{1}, {2, 3}}, Counts{{1, 2}, {-1, 3}}}) {
    expect_error(ErrorCode::kShape, "it must be square", [&] { drawn(counts, {"a", "b"}); });
  }
}

TEST(Confusion, NamesTheFileThatItCannotWrite) {
  const TempFolder folder;
  expect_error(ErrorCode::kIo, "missing/c.png",
               [&] { draw_confusion(diagonal(2, 1), names(2), folder / "missing/c.png"); });
}

}  // namespace
}  // namespace carica::report
