#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "report/axes.h"
#include "report/bar_series.h"
#include "report/readable.h"
#include "report/style.h"

namespace carica::report {
namespace {

constexpr double kWidth = 960, kWidestLabel = 300;
constexpr double kSquare = 12, kRowHeight = 22;

// Height of one bar; thinner when there are many.
double bar_height(std::size_t bars) { return bars <= 40 ? 15 : bars <= 120 ? 11 : 7; }

}  // namespace

std::string title_of_first(const std::string& title, std::size_t shown, std::size_t all) {
  return cat(title, " (the first ", shown, " of ", all, ")");
}

void require_values(const std::vector<BarSeries>& series, std::size_t count,
                    const std::string& what) {
  for (const auto& one : series) {
    if (one.values.size() == count) continue;
    throw Error(ErrorCode::kShape, cat(what, ": series \"", one.name, "\" has ", one.values.size(),
                                       " values; must have ", count));
  }
}

Color series_color(std::size_t index) { return kLineColors[index % kLineColors.size()]; }

double series_legend_height(const std::vector<BarSeries>& series) {
  return series.size() > 1 ? kRowHeight + style::kGap : 0;
}

void draw_series_legend(Canvas& canvas, const std::vector<BarSeries>& series, Point corner,
                        double width) {
  if (series.size() < 2) return;
  const Font font{style::kLabelSize};
  double x = corner.x;
  for (std::size_t s = 0; s < series.size(); ++s) {
    const std::string name = canvas.fitted(series[s].name, font, 200);
    const double middle = corner.y + kRowHeight / 2;
    const double end = x + kSquare + style::kGap + canvas.text_width(name, font);
    if (end > corner.x + width) return;
    canvas.fill({x, middle - kSquare / 2, kSquare, kSquare}, series_color(s));
    canvas.text({x + kSquare + style::kGap, middle}, name, font, style::kInk);
    x = end + 3 * style::kGap;
  }
}

void draw_grouped_bars(const std::string& title, const std::vector<std::string>& labels,
                       const std::vector<BarSeries>& series, const std::filesystem::path& file,
                       FileSystem& fs) {
  require_values(series, labels.size(), cat("bars \"", title, "\""));
  const Format format = format_of(file);
  const double bar = bar_height(labels.size() * series.size()), air = bar * 0.8;
  const double row = bar * static_cast<double>(series.size()) + air;
  const auto most = static_cast<std::size_t>(std::max(1.0, kHighestPlot / row));
  if (labels.size() > most) {
    const auto end = static_cast<std::ptrdiff_t>(most);
    auto shown = series;
    for (auto& one : shown) one.values.resize(most);
    return draw_grouped_bars(title_of_first(title, most, labels.size()),
                             {labels.begin(), labels.begin() + end}, shown, file, fs);
  }
  const Font label_font{std::min(style::kLabelSize, row * 0.9)};
  const Font number_font{std::min(style::kTickSize - 1, bar * 0.85)};

  const Canvas ruler(format, 1, 1);
  Range range;
  range.include(0);
  double label_width = 0, number_width = 0;
  for (const auto& label : labels) {
    label_width = std::max(label_width, ruler.text_width(label, label_font));
  }
  for (const auto& one : series) {
    for (const double value : one.values) {
      range.include(value);
      number_width = std::max(number_width, ruler.text_width(readable(value, 0), number_font));
    }
  }
  if (range.high == 0) range.high = 1;
  label_width = std::min(label_width, kWidestLabel);

  Box plot;
  plot.x = style::kMargin + label_width + style::kGap;
  const double legend_y =
      style::kMargin + (title.empty() ? 0 : style::kTitleSize + 1.5 * style::kGap);
  plot.y = legend_y + series_legend_height(series);
  plot.width = kWidth - style::kMargin - plot.x;
  plot.height = row * static_cast<double>(std::max<std::size_t>(labels.size(), 1));
  const Scale to_x{0, range.high, plot.x, plot.right() - number_width - style::kGap};
  const Ticks ticks = fitting_x_ticks(ruler, range, false, to_x.to - to_x.from);

  Canvas canvas(format, kWidth,
                plot.bottom() + x_axis_height(ticks.exponent != 0) + style::kMargin / 2);
  draw_title(canvas, title, style::kMargin, style::kMargin, kWidth - 2 * style::kMargin);
  draw_series_legend(canvas, series, {style::kMargin, legend_y}, kWidth - 2 * style::kMargin);
  for (const double value : ticks.values) {
    canvas.line({to_x(value), plot.y}, {to_x(value), plot.bottom()}, style::kGrid);
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double top = plot.y + static_cast<double>(i) * row + air / 2;
    canvas.text({plot.x - style::kGap, top + (row - air) / 2},
                canvas.fitted(labels[i], label_font, label_width), label_font, style::kInk,
                Align::kRight);
    for (std::size_t s = 0; s < series.size(); ++s) {
      const double value = series[s].values[i], y = top + static_cast<double>(s) * bar;
      const double right = std::round(to_x(value));
      canvas.fill({plot.x, std::round(y), right - plot.x, std::round(y + bar) - std::round(y) - 1},
                  series_color(s));
      canvas.text({right + style::kGap * 0.75, y + bar / 2}, readable(value, 0), number_font,
                  style::kMuted);
    }
  }
  draw_x_axis(canvas, plot, to_x, ticks, "");
  canvas.line({plot.x, plot.y}, {plot.x, plot.bottom()}, style::kAxis);
  canvas.save(fs, file);
}

}  // namespace carica::report
