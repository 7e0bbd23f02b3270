#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/file_system.h"
#include "data/images/picture.h"
#include "report/color.h"

namespace carica::report {

/// Colours of K classes that can be told apart and seen on pictures (Okabe-Ito first, then
/// generated ones); the first 21 also by colour-blind readers. The first K of a longer list are the
/// same, so a class keeps its colour. Distinct for 256 classes, the most that a mask can hold;
/// beyond 1,000 they repeat.
std::vector<Color> class_colors(int classes);
/// Those of a palette (red, green, blue in 0..255 of each class). Where it is empty,
/// class_colors(), with black for background_class(), as in the masks of PASCAL VOC.
std::vector<Color> mask_colors(const std::vector<std::array<int, 3>>& palette,
                               const std::vector<std::string>& classes);

/// The mask in colours over the picture at `alpha` (0..1, the share of the colour): each channel is
/// round((1 - alpha) * picture + alpha * color). Values without a colour (ignore) and the class
/// `background` leave the picture as it is. Throws Error(kShape) when the sizes differ.
data::Picture overlay(const data::Picture& picture, const data::Mask& mask,
                      const std::vector<Color>& colors, int background = -1, double alpha = 0.5);

/// The class called "background" in any case, which overlays leave alone; -1 when there is none.
int background_class(const std::vector<std::string>& classes);

/// A contact sheet: pictures scaled to fit cells of `cell` px, each with a title of a line or two
/// below it; rows are as high as their pictures ask for. An empty picture leaves a grey cell.
struct GridCell {
  data::Picture picture;
  std::string title;
};
/// What a colour stands for, named above the pictures.
struct ColorKey {
  std::string name;
  Color color;
};
/// PNG or SVG by the ending. `columns` and `cell` are at least 1 and 16. Throws Error(kIo) when the
/// file cannot be written, Error(kUsage) for another ending or a sheet beyond 30,000 px.
void draw_grid(const std::vector<GridCell>& cells, int columns, int cell, const std::string& title,
               const std::filesystem::path& file, FileSystem& fs = FileSystem::real());
void draw_grid(const std::vector<GridCell>& cells, int columns, int cell, const std::string& title,
               const std::vector<ColorKey>& keys, const std::filesystem::path& file,
               FileSystem& fs = FileSystem::real());

}  // namespace carica::report
