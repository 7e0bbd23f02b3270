// report: figures, picture grids, overlays, TensorBoard files; reads results, never touches a
// network or a model. May include core, config and data's picture types and image_io.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/file_system.h"

namespace carica::report {

/// One line of a chart. NaN leaves a gap, and so do infinities and what is beyond +-1e300.
struct Series {
  std::string name;
  std::vector<double> x, y;
};

struct LineChart {
  std::string title, x_label, y_label;
  std::vector<Series> series;
  bool y_from_zero = false;
};

/// Draws to PNG or SVG by the ending, 960 x 600 px. Colour-blind-safe colours (Okabe & Ito 2008),
/// then dashes. A point without neighbours is a dot. Throws Error(kIo) when the file cannot be
/// written, Error(kUsage) for another ending, Error(kShape) when x and y of a series differ in
/// length.
void draw(const LineChart& chart, const std::filesystem::path& file,
          FileSystem& fs = FileSystem::real());

/// A confusion matrix (rows truth, columns prediction), rows normalised, as a heat map with counts
/// where they fit; labels readable for 2 to 150 classes, thinned beyond. The size of the figure
/// grows with the classes. Throws as draw() does; Error(kShape) unless it is int[K,K] with K names
/// and no count < 0.
void draw_confusion(const std::vector<std::vector<std::int64_t>>& counts,
                    const std::vector<std::string>& classes, const std::filesystem::path& file,
                    FileSystem& fs = FileSystem::real());

/// Horizontal bars with their values, one per label, in the order given. 960 px wide; the height
/// grows with the labels, of which the first 1705 are drawn: the title says so where there are
/// more. A value that is not finite has no bar. Throws as draw() does.
void draw_bars(const std::string& title, const std::vector<std::string>& labels,
               const std::vector<double>& values, const std::filesystem::path& file,
               FileSystem& fs = FileSystem::real());

}  // namespace carica::report
