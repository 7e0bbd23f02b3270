#include "report/curves.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "report/axes.h"
#include "report/legend.h"
#include "report/style.h"

namespace carica::report {
namespace {

constexpr double kWidth = 960, kHeight = 600;

/// What the points of a chart span, and whether every x is a whole number, such as an epoch.
struct Extent {
  Range x, y;
  bool whole = true;
};

Extent extent_of(const LineChart& chart) {
  Extent extent;
  for (const Series& series : chart.series) {
    if (series.x.size() != series.y.size()) {
      throw Error(ErrorCode::kShape,
                  cat("chart \"", chart.title, "\": series \"", series.name, "\" has ",
                      series.x.size(), " x and ", series.y.size(), " y; they must be as many"));
    }
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      if (!is_drawable(series.x[i]) || !is_drawable(series.y[i])) continue;
      extent.x.include(series.x[i]);
      extent.y.include(series.y[i]);
      extent.whole = extent.whole && series.x[i] == std::round(series.x[i]);
    }
  }
  if (chart.y_from_zero && !extent.y.empty) extent.y.include(0);
  return extent;
}

Range with_air(const Range& y) {
  const double air = 0.02 * (y.high - y.low);
  return {y.low - air, y.high + air, false};
}

/// Legends of one line say nothing that the y axis does not say already.
std::vector<std::string> legend_names(const LineChart& chart) {
  std::vector<std::string> names;
  for (const Series& series : chart.series) names.push_back(series.name);
  if (names.size() == 1 && (names[0].empty() || names[0] == chart.y_label)) names.clear();
  return names;
}

void draw_series(Canvas& canvas, const Series& series, const LineStyle& look, const Scale& to_x,
                 const Scale& to_y) {
  std::vector<std::vector<Point>> pieces(1);
  std::size_t points = 0;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (is_drawable(series.x[i]) && is_drawable(series.y[i])) {
      pieces.back().push_back({to_x(series.x[i]), to_y(series.y[i])});
      ++points;
    } else if (!pieces.back().empty()) {
      pieces.emplace_back();
    }
  }
  const double line_width = points > 400 ? 1.25 : points > 100 ? 1.6 : style::kLineWidth;
  for (const std::vector<Point>& piece : pieces) {
    if (piece.size() > 1) canvas.polyline(piece, look.color, line_width, look.dashes);
    if (piece.size() > 1 && points > style::kMostMarkedPoints) continue;
    for (const Point& point : piece) canvas.disc(point, style::kMarkerRadius, look.color);
  }
}

}  // namespace

void draw(const LineChart& chart, const std::filesystem::path& file, FileSystem& fs) {
  const Extent extent = extent_of(chart);
  Canvas canvas(format_of(file), kWidth, kHeight);

  const double top =
      draw_title(canvas, chart.title, style::kMargin, style::kMargin, kWidth - 2 * style::kMargin);
  const double axis_height = x_axis_height(!chart.x_label.empty());
  const double bottom = kHeight - style::kMargin / 2 - axis_height;
  const Legend legend(canvas, legend_names(chart), kWidth - 2 * style::kMargin, bottom - top);

  Box plot;
  plot.y = top + legend.row_height() + style::kGap;
  plot.height = bottom - plot.y;
  Range y = extent.y.drawable(false);
  // Lone points do not belong on the rim, where the ends of a line are at home.
  if (extent.x.low == extent.x.high) y = with_air(y);
  Ticks y_ticks = covering_ticks(y.low, y.high, 7);
  if (extent.y.empty) y_ticks.values.clear();
  plot.x = style::kMargin + y_axis_width(canvas, y_ticks, !chart.y_label.empty());
  plot.width = kWidth - style::kMargin - legend.column_width() - plot.x;

  const Range x = extent.x.drawable(extent.whole);
  Ticks x_ticks = fitting_x_ticks(canvas, x, extent.whole, plot.width);
  if (extent.x.low == extent.x.high) x_ticks.values = {extent.x.low};
  if (extent.x.empty) x_ticks.values.clear();
  const double room = 0.02 * (x.high - x.low);
  const Scale to_x{x.low - room, x.high + room, plot.x, plot.right()};
  const Scale to_y{y_ticks.values.empty() ? 0 : y_ticks.values.front(),
                   y_ticks.values.empty() ? 1 : y_ticks.values.back(), plot.bottom(), plot.y};

  draw_y_axis(canvas, plot, to_y, y_ticks, chart.y_label);
  draw_x_axis(canvas, plot, to_x, x_ticks, chart.x_label);
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    draw_series(canvas, chart.series[i], line_style(i), to_x, to_y);
  }
  if (extent.x.empty) {
    canvas.text({plot.x + plot.width / 2, plot.y + plot.height / 2}, "no data", {style::kLabelSize},
                style::kMuted, Align::kCenter);
  }
  legend.draw(canvas, legend.column_width() > 0 ? Point{plot.right(), plot.y - style::kGap}
                                                : Point{style::kMargin, top});
  canvas.save(fs, file);
}

}  // namespace carica::report
