#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/file_system.h"
#include "report/canvas.h"

namespace carica::report {

/// Points of classes, for embeddings, whose axes mean nothing: no ticks, equal scales.
struct Scatter {
  std::string title, subtitle;
  std::vector<std::string> classes;  // K
  std::vector<std::int64_t> labels;  // N, 0..K-1
  std::vector<std::vector<double>>
      points;  // N of 2 or of 3 coordinates; 3: seen from above the side
};

/// Draws to PNG or SVG by the ending, 960 x 720 px, in the colours of class_colors(); nearer points
/// of three coordinates are drawn later and larger. Throws as draw(LineChart) does; Error(kShape)
/// for points of another number of coordinates, or labels that do not fit.
void draw(const Scatter& scatter, const std::filesystem::path& file,
          FileSystem& fs = FileSystem::real());

}  // namespace carica::report
