#include "report/distributions.h"

#include "expect_error.h"
#include "png_file.h"
#include "support/temp_folder.h"

namespace carica::report {
namespace {

using test::expect_error;
using test::PngFile;
using test::TempFolder;

PngFile bars(const std::vector<std::string>& labels, const std::vector<BarSeries>& series) {
  const TempFolder folder;
  draw_grouped_bars("Pictures per class", labels, series, folder / "bars.png");
  return PngFile(folder / "bars.png");
}

PngFile histogram(const std::vector<double>& edges, const std::vector<BarSeries>& series) {
  const TempFolder folder;
  draw_histogram({"Sizes", "pixels", "pictures", edges, series}, folder / "sizes.png");
  return PngFile(folder / "sizes.png");
}

TEST(GroupedBars, HaveAColourForEachSeriesAndLengthsByValue) {
  const PngFile png = bars({"cat", "dog"}, {{"train", {100, 100}}, {"val", {50, 50}}});
  EXPECT_EQ(png.width(), 960);
  const auto train = static_cast<double>(png.count(kLineColors[0]));
  const auto val = static_cast<double>(png.count(kLineColors[1]));
  EXPECT_NEAR(train / val, 2, 0.1);
}

TEST(GroupedBars, KeepTheirMarginsFrom1To150Labels) {
  for (const int count : {1, 2, 40, 150}) {
    std::vector<std::string> labels;
    BarSeries train{"train", {}}, val{"val", {}}, test{"test", {}};
    for (int i = 0; i < count; ++i) {
      labels.push_back("a class with a long name, größer, папайя, number " + std::to_string(i));
      for (auto* series : {&train, &val, &test}) series->values.push_back(1e7 * (i + 1));
    }
    EXPECT_TRUE(bars(labels, {train, val, test}).has_white_margin(8)) << count << " labels";
  }
}

TEST(GroupedBars, AreCutWhereTheirFigureWouldBeTooHigh) {
  const std::vector<double> values(3000, 1);
  const PngFile png = bars(std::vector<std::string>(3000, "label"), {{"a", values}, {"b", values}});
  EXPECT_GT(png.height(), 28000);
}

TEST(GroupedBars, OfNothingAreDrawn) {
  EXPECT_TRUE(bars({}, {{"train", {}}}).has_white_margin(8));
  EXPECT_TRUE(bars({"a"}, {{"train", {0}}, {"val", {0}}}).has_white_margin(8));
}

TEST(GroupedBars, NeedAValueForEachLabel) {
  expect_error(ErrorCode::kShape, "\"train\" has 1", [] { bars({"a", "b"}, {{"train", {1}}}); });
}

TEST(Histogram, HasAreasByCount) {
  const double three =
      static_cast<double>(histogram({0, 10, 20}, {{"", {300, 100}}}).count(kLineColors[0]));
  const double two =
      static_cast<double>(histogram({0, 10, 20}, {{"", {300, 0}}}).count(kLineColors[0]));
  EXPECT_NEAR(three / two, 4.0 / 3, 0.02);
}

TEST(Histogram, ShowsASinglePictureAmongMany) {
  const PngFile png = histogram({0, 1, 2}, {{"width", {100000, 0}}, {"height", {0, 1}}});
  EXPECT_GT(png.count(kLineColors[1]), 20u);
}

TEST(Histogram, KeepsItsMarginsForOneValueAndForNone) {
  EXPECT_TRUE(histogram({480, 480}, {{"width", {7}}}).has_white_margin(8));
  EXPECT_TRUE(histogram({}, {{"width", {}}}).has_white_margin(8));
  EXPECT_TRUE(histogram({0.1, 0.2}, {{"width", {0}}}).has_white_margin(8));
}

TEST(Histogram, NeedsAValueForEachBin) {
  expect_error(ErrorCode::kShape, "must have 1", [] { histogram({0, 1}, {{"width", {1, 2}}}); });
}

}  // namespace
}  // namespace carica::report
