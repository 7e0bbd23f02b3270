#pragma once

#include <string>

#include "report/canvas.h"
#include "report/ticks.h"

namespace carica::report {

/// What the values of one axis span; empty until the first include().
struct Range {
  double low = 0, high = 0;
  bool empty = true;

  void include(double value);
  /// The range, widened when it is empty or so narrow that no scale can show it; high > low.
  Range drawable(bool whole) const;
};

/// True for numbers that a chart can place.
bool is_drawable(double value);

/// Where values lie on the paper.
struct Scale {
  double low = 0, high = 1;  // values
  double from = 0, to = 1;   // px

  double operator()(double value) const {
    return from + (value - low) / (high - low) * (to - from);
  }
};

/// The title at the top left; returns the y below it, which is `y` when the title is empty.
double draw_title(Canvas& canvas, const std::string& title, double x, double y, double width);

/// Level grid lines with labels to the left of the plot, and the name of the axis upright beside
/// them.
void draw_y_axis(Canvas& canvas, const Box& plot, const Scale& scale, const Ticks& ticks,
                 const std::string& name);

/// The base line with marks, labels below, and the name of the axis centred under them.
void draw_x_axis(Canvas& canvas, const Box& plot, const Scale& scale, const Ticks& ticks,
                 const std::string& name);

/// px left of a plot for its y axis: the widest label and the name.
double y_axis_width(const Canvas& canvas, const Ticks& ticks, bool named);

/// The finest nice ticks whose labels stand apart on `width` px.
Ticks fitting_x_ticks(const Canvas& canvas, const Range& range, bool whole, double width);

/// px below a plot for its x axis.
double x_axis_height(bool named);

}  // namespace carica::report
