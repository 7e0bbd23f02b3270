#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/picture.h"

namespace carica::report {

using Color = std::array<std::uint8_t, 3>;

/// Colours of K classes that can be told apart (Okabe-Ito first, then generated ones).
std::vector<Color> class_colors(int classes);

/// The mask in colours over the picture at `alpha`; values without a colour (ignore) leave the picture as it is.
data::Picture overlay(const data::Picture& picture, const data::Mask& mask, const std::vector<Color>& colors, double alpha = 0.5);

/// A contact sheet: pictures scaled to fit cells of `cell` px, each with a title of a line or two below it.
struct GridCell {
  data::Picture picture;
  std::string title;
};
void draw_grid(const std::vector<GridCell>& cells, int columns, int cell, const std::string& title, const std::filesystem::path& file);

}  // namespace carica::report
