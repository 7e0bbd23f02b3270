#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "report/axes.h"
#include "report/curves.h"
#include "report/style.h"

namespace carica::report {
namespace {

constexpr double kWidth = 960;
constexpr double kWidestLabel = 300;
constexpr Font kNumberFont{style::kTickSize};

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
  if (largest < 1e-3 || largest >= 1e9) return value == 0 ? "0" : number(std::stod(cat(value)));
  return readable(value, decimals);
}

}  // namespace

void draw_bars(const std::string& title, const std::vector<std::string>& labels,
               const std::vector<double>& values, const std::filesystem::path& file,
               FileSystem& fs) {
  if (labels.size() != values.size()) {
    throw Error(ErrorCode::kShape, cat("bars \"", title, "\": ", labels.size(), " labels and ",
                                       values.size(), " values; they must be as many"));
  }
  const Format format = format_of(file);
  const Canvas ruler(format, 1, 1);
  const double row = row_height(labels.size());
  const Font label_font{std::min(style::kLabelSize, row * 0.72)};

  Range range;
  range.include(0);
  double label_width = 0, number_width = 0;
  for (const double value : values) {
    if (is_drawable(value)) range.include(value);
  }
  const double largest = std::max(-range.low, range.high);
  const int decimals = decimals_for(values);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    label_width = std::max(label_width, ruler.text_width(labels[i], label_font));
    number_width = std::max(
        number_width, ruler.text_width(value_label(values[i], decimals, largest), kNumberFont));
  }
  label_width = std::min(label_width, kWidestLabel);
  if (range.low == range.high) range.high = 1;

  const double top = style::kMargin + (title.empty() ? 0 : style::kTitleSize + 1.5 * style::kGap);
  const double height = row * static_cast<double>(std::max<std::size_t>(labels.size(), 1));
  Canvas canvas(format, kWidth, top + height + x_axis_height(false) + style::kMargin / 2);
  draw_title(canvas, title, style::kMargin, style::kMargin, kWidth - 2 * style::kMargin);

  const Box plot{style::kMargin + label_width + style::kGap, top,
                 kWidth - 2 * style::kMargin - label_width - style::kGap, height};
  // Numbers stand outside the ends of their bars.
  const double outside = number_width + style::kGap;
  const Scale to_x{range.low, range.high, plot.x + (range.low < 0 ? outside : 0),
                   plot.right() - (range.high > 0 ? outside : 0)};
  const Ticks ticks = fitting_x_ticks(ruler, range, false, to_x.to - to_x.from);
  for (const double value : ticks.values) {
    canvas.line({to_x(value), plot.y}, {to_x(value), plot.bottom()}, style::kGrid);
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double middle = plot.y + (static_cast<double>(i) + 0.5) * row;
    canvas.text({plot.x - style::kGap, middle}, ruler.fitted(labels[i], label_font, label_width),
                label_font, style::kInk, Align::kRight);
    const double end = is_drawable(values[i]) ? values[i] : 0;
    const double left = std::round(to_x(std::min(end, 0.0)));
    const double right = std::round(to_x(std::max(end, 0.0)));
    const double thickness = std::round(row * 0.68);
    canvas.fill({left, std::round(middle - thickness / 2), right - left, thickness},
                kLineColors[0]);
    const bool leftwards = end < 0;
    canvas.text({leftwards ? left - style::kGap * 0.75 : right + style::kGap * 0.75, middle},
                value_label(values[i], decimals, largest), {std::min(kNumberFont.size, row * 0.72)},
                style::kMuted, leftwards ? Align::kRight : Align::kLeft);
  }
  if (labels.empty()) {
    canvas.text({plot.x + plot.width / 2, plot.y + height / 2}, "no data", {style::kLabelSize},
                style::kMuted, Align::kCenter);
  }
  draw_x_axis(canvas, plot, to_x, ticks, "");
  canvas.line({to_x(0), plot.y}, {to_x(0), plot.bottom()}, style::kAxis);
  canvas.save(fs, file);
}

}  // namespace carica::report
