#include "report/legend.h"

#include <algorithm>

#include "core/text.h"
#include "report/style.h"

namespace carica::report {
namespace {

constexpr Font kFont{style::kLabelSize};
constexpr double kSample = 26;  // px of line before a name
constexpr double kRowHeight = 22;
constexpr double kBetween = 22;  // names in a row
constexpr double kWidestName = 200;

}  // namespace

LineStyle line_style(std::size_t index) {
  static const std::vector<double> kDashes[] = {{}, {7, 4}, {2, 3}, {9, 3, 2, 3}};
  return {kLineColors[index % kLineColors.size()],
          kDashes[index / kLineColors.size() % std::size(kDashes)]};
}

Legend::Legend(const Canvas& canvas, std::vector<std::string> names, double width, double height)
    : names_(std::move(names)), total_(names_.size()) {
  double row = 0;
  for (std::string& name : names_) {
    name = canvas.fitted(name, kFont, kWidestName);
    widths_.push_back(canvas.text_width(name, kFont));
    row += kSample + style::kGap + widths_.back() + kBetween;
  }
  row_ = row - kBetween <= width;
  if (row_) return;
  const auto fit = static_cast<std::size_t>(std::max(2.0, height / kRowHeight));
  if (names_.size() > fit) {
    names_.resize(fit - 1);
    widths_.resize(fit - 1);
  }
  column_width_ =
      3 * style::kGap + kSample + style::kGap + *std::max_element(widths_.begin(), widths_.end());
}

double Legend::row_height() const { return row_ && total_ > 0 ? kRowHeight + style::kGap / 2 : 0; }
double Legend::column_width() const { return column_width_; }

void Legend::draw(Canvas& canvas, Point corner) const {
  double x = corner.x + (row_ ? 0 : 3 * style::kGap), y = corner.y + kRowHeight / 2;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const LineStyle look = line_style(i);
    const Point sample[] = {{x, y}, {x + kSample, y}};
    canvas.polyline(sample, look.color, style::kLineWidth, look.dashes);
    canvas.text({x + kSample + style::kGap, y}, names_[i], kFont, style::kInk);
    if (row_) {
      x += kSample + style::kGap + widths_[i] + kBetween;
    } else {
      y += kRowHeight;
    }
  }
  if (names_.size() < total_) {
    canvas.text({x, y}, cat("and ", total_ - names_.size(), " more"), kFont, style::kMuted);
  }
}

}  // namespace carica::report
