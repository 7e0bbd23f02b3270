#include <algorithm>
#include <cmath>

#include "report/heat_map.h"
#include "report/style.h"

namespace carica::report {
namespace {

constexpr double kWidestName = 190;
constexpr double kDenseSide = 1900;  // px of a map with so many names that they are thinned

double cell_side(std::size_t names) {
  const auto k = static_cast<double>(std::max<std::size_t>(names, 1));
  const double readable = std::clamp(std::floor(700 / k), 12.0, 96.0);  // 12 px hold a line of text
  return std::max(2.0, std::min(readable, std::floor(kDenseSide / k)));
}

}  // namespace

HeatMapLayout::HeatMapLayout(const Canvas& ruler, const HeatMap& map) {
  const auto k = static_cast<double>(map.names.size());
  cell = cell_side(map.names.size());
  label_size = std::clamp(cell * 0.8, 9.5, style::kTickSize);
  every = std::max(1, static_cast<int>(std::ceil(label_size * 1.2 / cell)));

  double widest = 0;
  for (const std::string& name : map.names) {
    widest = std::max(widest, ruler.text_width(name, {label_size}));
  }
  row_width = std::min(widest, kWidestName);
  if (row_width <= cell - style::kGap) {
    column_height = label_size * 1.2;
  } else if (cell >= 20) {
    column_degrees = 45;
    column_height = (row_width + label_size) * std::sqrt(0.5);
  } else {
    column_degrees = 90;
    column_height = row_width;
  }

  const double name_of_axis = style::kLabelSize + style::kGap;
  const double title = style::kTitleSize + style::kGap +
                       (map.subtitle.empty() ? 0 : style::kSubtitleSize + style::kGap) +
                       style::kGap;
  plot.x = std::ceil(style::kMargin + name_of_axis + style::kGap + row_width + style::kGap);
  if (column_degrees == 45) plot.x = std::max(plot.x, std::ceil(style::kMargin + column_height));
  plot.y = std::ceil(style::kMargin + title);
  plot.width = plot.height = std::max(cell * k, 1.0);

  constexpr double kScaleWidth = 100;  // colour bar, its numbers and its name
  const double smallest = style::kMargin + ruler.text_width(map.subtitle, {style::kSubtitleSize});
  width = std::max(plot.right() + kScaleWidth, smallest) + style::kMargin;
  height =
      plot.bottom() + style::kGap + column_height + style::kGap + name_of_axis + style::kMargin / 2;
}

}  // namespace carica::report
