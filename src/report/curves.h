// report: figures, picture grids, overlays, TensorBoard files; reads results, never touches a network or a model.
// May include core, config and data's picture types and image_io.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace carica::report {

/// One line of a chart. NaN leaves a gap.
struct Series {
  std::string name;
  std::vector<double> x, y;
};

struct LineChart {
  std::string title, x_label, y_label;
  std::vector<Series> series;
  bool y_from_zero = false;
};

/// Draws to PNG or SVG by the ending, 960 x 600 px. Colour-blind-safe colours (Okabe & Ito 2008). Throws Error(kIo).
void draw(const LineChart& chart, const std::filesystem::path& file);

/// A confusion matrix, rows normalised, as a heat map with counts; labels readable for 2 to 150 classes.
void draw_confusion(const std::vector<std::vector<std::int64_t>>& counts, const std::vector<std::string>& classes,
                    const std::filesystem::path& file);

/// Bars, one per label.
void draw_bars(const std::string& title, const std::vector<std::string>& labels, const std::vector<double>& values,
               const std::filesystem::path& file);

}  // namespace carica::report
