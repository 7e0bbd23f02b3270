#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "report/canvas.h"

namespace carica::report {

/// A square table with the same names on rows and columns, drawn as colours.
struct HeatMap {
  std::string title, subtitle, x_label, y_label, scale_label;
  std::vector<std::string> names;                 // K
  std::vector<std::vector<double>> shares;        // [K,K], 0..1; NaN is a place without data
  std::vector<std::vector<std::int64_t>> counts;  // [K,K], written into the cells where they fit
};

/// Sizes and places, chosen from the number of names and their lengths; all in px.
struct HeatMapLayout {
  HeatMapLayout(const Canvas& ruler, const HeatMap& map);

  double cell = 0;                               // side of one cell, whole
  double label_size = 0;                         // of the font of the names
  int every = 1;                                 // each how manyth name is written
  double row_width = 0;                          // of the names of the rows
  double column_height = 0, column_degrees = 0;  // of the names of the columns
  Box plot;
  double width = 0, height = 0;  // of the figure
};

void draw(const HeatMap& map, const std::filesystem::path& file, FileSystem& fs);

}  // namespace carica::report
