#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "report/axes.h"
#include "report/bar_series.h"
#include "report/style.h"

namespace carica::report {
namespace {

constexpr double kWidth = 960, kHeight = 600;

}  // namespace

void draw_histogram(const Histogram& histogram, const std::filesystem::path& file, FileSystem& fs) {
  auto edges = histogram.edges;
  const std::size_t bins = edges.empty() ? 0 : edges.size() - 1;
  require_values(histogram.series, bins, cat("histogram \"", histogram.title, "\""));
  Canvas canvas(format_of(file), kWidth, kHeight);
  const double below_title = draw_title(canvas, histogram.title, style::kMargin, style::kMargin,
                                        kWidth - 2 * style::kMargin);
  draw_series_legend(canvas, histogram.series, {style::kMargin, below_title},
                     kWidth - 2 * style::kMargin);

  Range x, y;
  y.include(0);
  for (const auto& one : histogram.series) {
    for (const double value : one.values) y.include(value);
  }
  y = y.drawable(true);
  if (bins == 1 && edges[0] == edges[1]) {  // one value: a bar around it
    const double half = std::max(0.5, std::abs(edges[0]) * 0.02);
    edges = {edges[0] - half, edges[1] + half};
  }
  for (const double edge : edges) x.include(edge);
  x = x.drawable(false);

  const Ticks y_ticks = covering_ticks(0, y.high, 7, true);
  Box plot;
  plot.y = below_title + series_legend_height(histogram.series) + style::kGap;
  plot.height = kHeight - style::kMargin / 2 - x_axis_height(true) - plot.y;
  plot.x = style::kMargin + y_axis_width(canvas, y_ticks, true);
  plot.width = kWidth - style::kMargin - plot.x;
  const Scale to_x{x.low, x.high, plot.x + style::kGap, plot.right() - style::kGap};
  const Scale to_y{0, y_ticks.values.back(), plot.bottom(), plot.y};
  draw_y_axis(canvas, plot, to_y, y_ticks, histogram.y_label);
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const double left = to_x(edges[bin]), right = to_x(edges[bin + 1]);
    const double air = std::min(4.0, (right - left) * 0.12);
    const double step = (right - left - air) /
                        static_cast<double>(std::max<std::size_t>(histogram.series.size(), 1));
    for (std::size_t s = 0; s < histogram.series.size(); ++s) {
      const double value = histogram.series[s].values[bin];
      if (value <= 0) continue;
      const double begin = std::round(left + air / 2 + static_cast<double>(s) * step);
      const double end = std::round(left + air / 2 + static_cast<double>(s + 1) * step);
      // At least a pixel, so that a single picture is seen.
      const double top = std::min(std::round(to_y(value)), plot.bottom() - 1);
      canvas.fill({begin, top, std::max(1.0, end - begin), plot.bottom() - top}, series_color(s));
    }
  }
  draw_x_axis(canvas, plot, to_x, fitting_x_ticks(canvas, x, false, to_x.to - to_x.from),
              histogram.x_label);
  canvas.save(fs, file);
}

}  // namespace carica::report
