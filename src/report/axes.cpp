#include "report/axes.h"

#include <algorithm>
#include <cmath>

#include "report/style.h"

namespace carica::report {
namespace {

constexpr double kMarkLength = 5;
constexpr double kNameHeight = style::kLabelSize * 1.5;

}  // namespace

bool is_drawable(double value) { return std::abs(value) <= 1e300; }

void Range::include(double value) {
  low = empty ? value : std::min(low, value);
  high = empty ? value : std::max(high, value);
  empty = false;
}

Range Range::drawable(bool whole) const {
  if (empty) return {0, 1, false};
  const double largest = std::max(std::abs(low), std::abs(high));
  if (high - low > 1e-9 * largest) return *this;
  // A constant: in the middle, a tenth of itself on both sides.
  const double half = largest == 0 || whole ? 1.0 : 0.1 * largest;
  return {low - std::max(half, 1e-6 * largest), high + std::max(half, 1e-6 * largest), false};
}

double draw_title(Canvas& canvas, const std::string& title, double x, double y, double width) {
  if (title.empty()) return y;
  const Font font{style::kTitleSize, true};
  canvas.text({x, y + style::kTitleSize / 2}, canvas.fitted(title, font, width), font, style::kInk);
  return y + style::kTitleSize + 1.5 * style::kGap;
}

double y_axis_width(const Canvas& canvas, const Ticks& ticks, bool named) {
  double widest = 0;
  for (const double value : ticks.values) {
    widest = std::max(widest, canvas.text_width(ticks.label(value), {style::kTickSize}));
  }
  return widest + style::kGap + (named ? kNameHeight + style::kGap : 0);
}

double x_axis_height(bool named) {
  return kMarkLength + style::kTickSize * 1.6 + (named ? kNameHeight + style::kGap / 2 : 0);
}

void draw_y_axis(Canvas& canvas, const Box& plot, const Scale& scale, const Ticks& ticks,
                 const std::string& name) {
  double widest = 0;
  for (const double value : ticks.values) {
    const std::string label = ticks.label(value);
    canvas.line({plot.x, scale(value)}, {plot.right(), scale(value)}, style::kGrid);
    canvas.text({plot.x - style::kGap, scale(value)}, label, {style::kTickSize}, style::kMuted,
                Align::kRight);
    widest = std::max(widest, canvas.text_width(label, {style::kTickSize}));
  }
  std::string full = name;
  if (ticks.exponent != 0) full += (name.empty() ? "" : "  ") + ticks.factor();
  const Font font{style::kLabelSize};
  const double x = plot.x - widest - 2 * style::kGap - kNameHeight / 2;
  canvas.text({x, plot.y + plot.height / 2}, canvas.fitted(full, font, plot.height + 60), font,
              style::kInk, Align::kCenter, 90);
}

void draw_x_axis(Canvas& canvas, const Box& plot, const Scale& scale, const Ticks& ticks,
                 const std::string& name) {
  canvas.line({plot.x, plot.bottom()}, {plot.right(), plot.bottom()}, style::kAxis);
  const double label_y = plot.bottom() + kMarkLength + style::kTickSize * 0.85;
  for (const double value : ticks.values) {
    const double x = scale(value);
    canvas.line({x, plot.bottom()}, {x, plot.bottom() + kMarkLength}, style::kAxis);
    canvas.text({x, label_y}, ticks.label(value), {style::kTickSize}, style::kMuted,
                Align::kCenter);
  }
  std::string full = name;
  if (ticks.exponent != 0) full += (name.empty() ? "" : "  ") + ticks.factor();
  const Font font{style::kLabelSize};
  canvas.text({plot.x + plot.width / 2,
               label_y + style::kTickSize * 0.75 + kNameHeight / 2 + style::kGap / 2},
              canvas.fitted(full, font, plot.width), font, style::kInk, Align::kCenter);
}

Ticks fitting_x_ticks(const Canvas& canvas, const Range& range, bool whole, double width) {
  constexpr int kMost = 12;
  constexpr double kApart = 28;
  for (int most = kMost;; --most) {
    Ticks ticks = nice_ticks(range.low, range.high, most, whole);
    double widest = 0;
    for (const double value : ticks.values) {
      widest = std::max(widest, canvas.text_width(ticks.label(value), {style::kTickSize}));
    }
    const double spacing = ticks.step / (range.high - range.low) * width;
    if (spacing >= widest + kApart || most == 2) return ticks;
  }
}

}  // namespace carica::report
