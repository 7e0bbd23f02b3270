#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/canvas.h"
#include "report/distributions.h"

namespace carica::report {

/// Bars that would need more px are cut: a canvas is at most 30,000 high.
inline constexpr double kHighestPlot = 29000;

/// "title (the first 1705 of 5000)".
std::string title_of_first(const std::string& title, std::size_t shown, std::size_t all);

/// Throws Error(kShape) unless each series has `count` values; `what` names the figure.
void require_values(const std::vector<BarSeries>& series, std::size_t count,
                    const std::string& what);
Color series_color(std::size_t index);

/// A row of coloured squares with the names of the series, above a plot.
double series_legend_height(const std::vector<BarSeries>& series);  // 0 for one series
void draw_series_legend(Canvas& canvas, const std::vector<BarSeries>& series, Point corner,
                        double width);

}  // namespace carica::report
