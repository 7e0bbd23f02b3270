#include <cmath>

#include "expect_error.h"
#include "png_file.h"
#include "report/curves.h"
#include "support/temp_folder.h"

namespace carica::report {
namespace {

using test::expect_error;
using test::PngFile;
using test::TempFolder;

PngFile drawn(const std::vector<std::string>& labels, const std::vector<double>& values) {
  const TempFolder folder;
  draw_bars("IoU per class", labels, values, folder / "bars.png");
  return PngFile(folder / "bars.png");
}

TEST(Bars, KeepTheirMarginsFrom1To150Labels) {
  for (const int count : {1, 2, 13, 60, 150}) {
    std::vector<std::string> labels;
    std::vector<double> values;
    for (int i = 0; i < count; ++i) {
      labels.push_back("a class with a long name, größer, папайя, number " + std::to_string(i));
      values.push_back(static_cast<double>(i + 1) / count);
    }
    const PngFile png = drawn(labels, values);
    EXPECT_EQ(png.width(), 960);
    EXPECT_TRUE(png.has_white_margin(8)) << count << " labels";
  }
}

TEST(Bars, AreAsLongAsTheirValues) {
  const Color blue = kLineColors[0];
  const double half = static_cast<double>(drawn({"a", "b"}, {1.0, 0.5}).count(blue));
  const double quarter = static_cast<double>(drawn({"a", "b"}, {1.0, 0.25}).count(blue));
  EXPECT_NEAR(half / quarter, 1.5 / 1.25, 0.01);
}

TEST(Bars, GoToTheLeftBelowZero) {
  const PngFile png = drawn({"a", "b"}, {-12.5, 1e-9});
  EXPECT_TRUE(png.has_white_margin(8));
  EXPECT_GT(png.count(kLineColors[0]), 1000u);
}

TEST(Bars, SkipWhatIsNotFinite) {
  const PngFile png = drawn({"a", "b", "c", "d"}, {NAN, INFINITY, -INFINITY, 0});
  EXPECT_EQ(png.count(kLineColors[0]), 0u);
  EXPECT_GT(png.distinct_colors(), 20u);
}

TEST(Bars, AreDrawnEvenWhenThereAreNone) { EXPECT_GT(drawn({}, {}).distinct_colors(), 10u); }

TEST(Bars, SurviveExtremeValues) {
  for (const double value : {1e300, -1e300, 1e-310, 1e12, 123456789.0}) {
    EXPECT_TRUE(drawn({"a", "b"}, {value, 0}).has_white_margin(8)) << value;
  }
}

TEST(Bars, RefuseMoreLabelsThanValues) {
  expect_error(ErrorCode::kShape, "2 labels and 1 values", [] { drawn({"a", "b"}, {1}); });
}

TEST(Bars, AreCutWhereTheirFigureWouldBeTooHigh) {
  const std::vector<std::string> labels(5000, "label");
  const PngFile png = drawn(labels, std::vector<double>(5000, 1));
  EXPECT_GT(png.height(), 28000);
  EXPECT_TRUE(png.has_white_margin(8));
}

}  // namespace
}  // namespace carica::report
