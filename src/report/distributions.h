#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/file_system.h"

namespace carica::report {

/// Values of one kind, named in the legend.
struct BarSeries {
  std::string name;
  std::vector<double> values;
};

/// Horizontal bars: for each label one bar of each series, in the order given, with its value where
/// there is room. 960 px wide; the height grows with the labels up to 29,000 px: of more the first
/// ones are drawn, and the title says so. Values are finite and at least 0.
/// Throws as draw() does; Error(kShape) unless each series has a value for each label.
void draw_grouped_bars(const std::string& title, const std::vector<std::string>& labels,
                       const std::vector<BarSeries>& series, const std::filesystem::path& file,
                       FileSystem& fs = FileSystem::real());

/// A histogram: for each bin between two edges one upright bar of each series, side by side.
struct Histogram {
  std::string title, x_label, y_label;
  std::vector<double> edges;  // ascending; two equal ones for a bin of a single value
  std::vector<BarSeries> series;
};
/// 960 x 600 px. Throws as draw() does; Error(kShape) unless each series has a value for each bin.
void draw_histogram(const Histogram& histogram, const std::filesystem::path& file,
                    FileSystem& fs = FileSystem::real());

}  // namespace carica::report
