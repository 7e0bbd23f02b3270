#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "core/error.h"
#include "core/text.h"
#include "report/axes.h"
#include "report/bar_series.h"
#include "report/curves.h"
#include "report/readable.h"
#include "report/style.h"

namespace carica::report {
namespace {

constexpr double kWidth = 960;
constexpr double kWidestLabel = 300;

double row_height(std::size_t bars) { return bars <= 12 ? 32 : bars <= 40 ? 24 : 17; }

/// Digits after the point so that the largest value shows four digits, and whole numbers none.
int decimals_for(const std::vector<double>& values) {
  double largest = 0;
  bool whole = true;
  for (const double value : values) {
    if (!is_drawable(value)) continue;
    largest = std::max(largest, std::abs(value));
    whole = whole && value == std::round(value);
  }
  if (whole || largest == 0) return 0;
  return std::clamp(3 - static_cast<int>(std::floor(std::log10(largest) + 1e-9)), 0, 3);
}

/// The value as it stands beside its bar; very small and very large ones as 1.2e-07.
std::string value_label(double value, int decimals, double largest) {
  if (std::isnan(value)) return "–";
  if (!is_drawable(value)) return value < 0 ? "−∞" : "∞";
  if (largest < 1e-3 || largest >= 1e9) {
    std::ostringstream text;
    text << std::setprecision(3) << value;
    return text.str();
  }
  return readable(value, decimals);
}

/// Sizes and places, in px.
struct Layout {
  Layout(const Canvas& ruler, const std::string& title, const std::vector<std::string>& labels,
         const std::vector<double>& values);

  double row = 0;  // height of a bar and its air
  Font label_font, number_font;
  double label_width = 0;
  std::vector<std::string> numbers;  // the values as written
  Box plot;
  Scale to_x;
  Ticks ticks;
  double height = 0;  // of the figure
};

Layout::Layout(const Canvas& ruler, const std::string& title,
               const std::vector<std::string>& labels, const std::vector<double>& values)
    : row(row_height(labels.size())),
      label_font{std::min(style::kLabelSize, row * 0.72)},
      number_font{std::min(style::kTickSize, row * 0.72)} {
  Range range;
  range.include(0);
  for (const double value : values) {
    if (is_drawable(value)) range.include(value);
  }
  const double largest = std::max(-range.low, range.high);
  const int decimals = decimals_for(values);
  double number_width = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    numbers.push_back(value_label(values[i], decimals, largest));
    number_width = std::max(number_width, ruler.text_width(numbers[i], number_font));
    label_width = std::max(label_width, ruler.text_width(labels[i], label_font));
  }
  label_width = std::min(label_width, kWidestLabel);
  const bool shares = range.low == 0 && range.high > 0.5 && range.high <= 1;
  if (shares || range.low == range.high) range.high = 1;

  plot.x = style::kMargin + label_width + style::kGap;
  plot.y = style::kMargin + (title.empty() ? 0 : style::kTitleSize + 1.5 * style::kGap);
  plot.width = kWidth - style::kMargin - plot.x;
  plot.height = row * static_cast<double>(std::max<std::size_t>(labels.size(), 1));
  // Numbers stand outside the ends of their bars.
  const double outside = number_width + style::kGap;
  to_x = {range.low, range.high, plot.x + (range.low < 0 ? outside : 0),
          plot.right() - (range.high > 0 ? outside : 0)};
  ticks = fitting_x_ticks(ruler, range, false, to_x.to - to_x.from);
  height = plot.bottom() + x_axis_height(ticks.exponent != 0) + style::kMargin / 2;
}

void draw_bar(Canvas& canvas, const Layout& layout, double middle, double value,
              const std::string& number) {
  const double end = is_drawable(value) ? value : 0;
  const double left = std::round(layout.to_x(std::min(end, 0.0)));
  const double right = std::round(layout.to_x(std::max(end, 0.0)));
  const double thickness = std::round(layout.row * 0.68);
  canvas.fill({left, std::round(middle - thickness / 2), right - left, thickness}, kLineColors[0]);
  const double beside = style::kGap * 0.75;
  canvas.text({end < 0 ? left - beside : right + beside, middle}, number, layout.number_font,
              style::kMuted, end < 0 ? Align::kRight : Align::kLeft);
}

}  // namespace

void draw_bars(const std::string& title, const std::vector<std::string>& labels,
               const std::vector<double>& values, const std::filesystem::path& file,
               FileSystem& fs) {
  if (labels.size() != values.size()) {
    throw Error(ErrorCode::kShape, cat("bars \"", title, "\": ", labels.size(), " labels and ",
                                       values.size(), " values; they must be as many"));
  }
  const auto most = static_cast<std::size_t>(kHighestPlot / row_height(labels.size()));
  if (labels.size() > most) {
    const auto end = static_cast<std::ptrdiff_t>(most);
    return draw_bars(title_of_first(title, most, labels.size()),
                     {labels.begin(), labels.begin() + end}, {values.begin(), values.begin() + end},
                     file, fs);
  }
  const Format format = format_of(file);
  const Layout layout(Canvas(format, 1, 1), title, labels, values);
  const Box& plot = layout.plot;
  Canvas canvas(format, kWidth, layout.height);
  draw_title(canvas, title, style::kMargin, style::kMargin, kWidth - 2 * style::kMargin);
  for (const double value : layout.ticks.values) {
    canvas.line({layout.to_x(value), plot.y}, {layout.to_x(value), plot.bottom()}, style::kGrid);
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double middle = plot.y + (static_cast<double>(i) + 0.5) * layout.row;
    canvas.text({plot.x - style::kGap, middle},
                canvas.fitted(labels[i], layout.label_font, layout.label_width), layout.label_font,
                style::kInk, Align::kRight);
    draw_bar(canvas, layout, middle, values[i], layout.numbers[i]);
  }
  if (labels.empty()) {
    canvas.text({plot.x + plot.width / 2, plot.y + plot.height / 2}, "no data", {style::kLabelSize},
                style::kMuted, Align::kCenter);
  }
  draw_x_axis(canvas, plot, layout.to_x, layout.ticks, "");
  canvas.line({layout.to_x(0), plot.y}, {layout.to_x(0), plot.bottom()}, style::kAxis);
  canvas.save(fs, file);
}

}  // namespace carica::report
