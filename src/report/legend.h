#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/canvas.h"

namespace carica::report {

/// How one line is drawn. The first six differ in colour, later ones in dashes too.
struct LineStyle {
  Color color;
  std::vector<double> dashes;  // empty is solid
};
LineStyle line_style(std::size_t index);

/// Names of the lines outside the plot: in one row above it when they fit, else in a column right
/// of it.
class Legend {
 public:
  /// `width` is that of the row. `height` is that of the column: names beyond it are counted, not
  /// shown.
  Legend(const Canvas& canvas, std::vector<std::string> names, double width, double height);

  double row_height() const;    // px above the plot, 0 unless it is a row
  double column_width() const;  // px right of the plot, 0 unless it is a column
  /// `corner` is its upper left.
  void draw(Canvas& canvas, Point corner) const;

 private:
  std::vector<std::string> names_;  // as they will be drawn
  std::vector<double> widths_;
  std::size_t total_ = 0;
  bool row_ = true;
  double column_width_ = 0;
};

}  // namespace carica::report
