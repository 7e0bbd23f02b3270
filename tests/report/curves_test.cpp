#include "report/curves.h"

#include <cmath>

#include "expect_error.h"
#include "png_file.h"
#include "report/legend.h"
#include "support/failing_file_system.h"
#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica::report {
namespace {

using test::expect_error;
using test::PngFile;
using test::TempFolder;

Series series(const std::string& name, int points, double slope = 1) {
  Series made{name, {}, {}};
  for (int i = 0; i < points; ++i) {
    made.x.push_back(i + 1);
    made.y.push_back(slope * i / points);
  }
  return made;
}

LineChart chart(std::vector<Series> lines) {
  LineChart made;
  made.title = "Loss";
  made.x_label = "epoch";
  made.y_label = "loss";
  made.series = std::move(lines);
  return made;
}

PngFile drawn(const LineChart& line_chart) {
  const TempFolder folder;
  draw(line_chart, folder / "chart.png");
  return PngFile(folder / "chart.png");
}

TEST(LineChart, IsAPngOf960By600Pixels) {
  const TempFolder folder;
  draw(chart({series("training", 10), series("validation", 10, 2)}), folder / "chart.png");
  EXPECT_TRUE(test::read_text(folder / "chart.png").starts_with("\x89PNG\r\n\x1A\n"));
  const PngFile png(folder / "chart.png");
  EXPECT_EQ(png.width(), 960);
  EXPECT_EQ(png.height(), 600);
  EXPECT_GT(png.distinct_colors(), 50u);
  EXPECT_GT(png.count(line_style(0).color), 500u);
  EXPECT_GT(png.count(line_style(1).color), 500u);
}

TEST(LineChart, IsAnSvgWhenTheNameEndsSo) {
  const TempFolder folder;
  draw(chart({series("training", 10)}), folder / "chart.SVG");
  const std::string svg = test::read_text(folder / "chart.SVG");
  EXPECT_THAT(svg, testing::HasSubstr("<svg"));
  EXPECT_THAT(svg, testing::HasSubstr("viewBox=\"0 0 960 600\""));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

TEST(LineChart, KeepsItsMarginsForAnyNumberOfLinesAndPoints) {
  for (const int lines : {1, 2, 10, 60}) {
    for (const int points : {1, 2, 25, 1000}) {
      std::vector<Series> all;
      for (int i = 0; i < lines; ++i) all.push_back(series("line " + std::to_string(i), points, i));
      EXPECT_TRUE(drawn(chart(all)).has_white_margin(10)) << lines << " lines, " << points;
    }
  }
}

TEST(LineChart, KeepsItsMarginsForLongAndForeignNames) {
  const std::string name = "un très long nom — папайя, größer als jede Spalte, ";
  LineChart long_names = chart({series(name + name, 9), series(name + name + name, 9)});
  long_names.title = long_names.x_label = long_names.y_label = name + name + name + name;
  EXPECT_TRUE(drawn(long_names).has_white_margin(10));
}

TEST(LineChart, DrawsWhatIsNotUtf8) {
  LineChart broken = chart({series("caf\xE9 \xFF\n\x01", 5)});
  broken.title = std::string("a\0b", 3);
  EXPECT_GT(drawn(broken).distinct_colors(), 50u);
}

TEST(LineChart, DrawsASinglePointAsADot) {
  EXPECT_GT(drawn(chart({series("", 1)})).count(line_style(0).color), 20u);
}

TEST(LineChart, LeavesGapsForWhatIsNotFinite) {
  Series whole = series("", 60), holes = whole;
  for (const int i : {10, 11, 12, 13, 14}) holes.y[i] = i % 2 == 0 ? NAN : INFINITY;
  const std::size_t all = drawn(chart({whole})).count(line_style(0).color);
  const std::size_t with_holes = drawn(chart({holes})).count(line_style(0).color);
  EXPECT_GT(with_holes, 0u);
  EXPECT_LT(with_holes, all);
}

TEST(LineChart, SurvivesExtremeValues) {
  for (const double value : {0.0, -1.0, 1e-320, 1e300, -1e300, 1e17 + 2, 1e308}) {
    Series points{"", {1, 2}, {value, value}};
    EXPECT_EQ(drawn(chart({points})).width(), 960) << value;
    points.y[1] = 0;
    EXPECT_EQ(drawn(chart({points})).width(), 960) << value;
    std::swap(points.x, points.y);
    EXPECT_EQ(drawn(chart({points})).width(), 960) << value;
  }
}

TEST(LineChart, SaysSoWhenThereIsNothingToDraw) {
  EXPECT_GT(drawn(chart({})).distinct_colors(), 10u);
  EXPECT_GT(drawn(chart({{"all NaN", {1, 2}, {NAN, NAN}}})).distinct_colors(), 10u);
}

TEST(LineChart, RefusesSeriesWhoseXAndYDifferInLength) {
  expect_error(ErrorCode::kShape, "\"broken\" has 2 x and 1 y", [] {
    drawn(chart({{"broken", {1, 2}, {1}}}));
  });
}

TEST(LineChart, RefusesOtherEndings) {
  const TempFolder folder;
  expect_error(ErrorCode::kUsage, "ending \".pdf\"; a figure is .png or .svg",
               [&] { draw(chart({}), folder / "chart.pdf"); });
}

TEST(LineChart, NamesTheFileThatItCannotWrite) {
  const TempFolder folder;
  test::write_text(folder / "a_file", "");
  for (const char* name : {"a_file/chart.png", "no_such_folder/chart.svg"}) {
    expect_error(ErrorCode::kIo, name, [&] { draw(chart({series("a", 3)}), folder / name); });
  }
}

TEST(LineChart, ReportsAFullDisk) {
  const TempFolder folder;
  test::FaultPlan plan;
  plan.capacity = 100;
  for (const char* name : {"chart.png", "chart.svg"}) {
    test::FailingFileSystem full(plan);
    expect_error(ErrorCode::kIo, name, [&] { draw(chart({series("a", 3)}), folder / name, full); });
  }
}

TEST(Legend, GivesEachOfTheFirst24LinesALookOfItsOwn) {
  for (std::size_t i = 0; i < 24; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const LineStyle one = line_style(i), other = line_style(j);
      EXPECT_TRUE(one.color != other.color || one.dashes != other.dashes) << i << " and " << j;
    }
  }
}

}  // namespace
}  // namespace carica::report
