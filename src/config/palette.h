#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace carica::config {

using Color = std::array<int, 3>;  // red, green, blue, 0..255

/// One class of a palette: what masks hold for it.
struct PaletteClass {
  std::string name;
  std::vector<Color> colors;  // the first is the one to show; may be empty
  std::vector<int> values;    // in files of numbers
};

/// The facts about a data set's classes, in the order of their indices.
struct Palette {
  std::vector<PaletteClass> classes;
  std::vector<int> ignored_values;
  std::vector<Color> ignored_colors;

  std::vector<std::string> names() const;
};

/// A palette file:
///
///     classes:
///       - {name: road, color: [128, 64, 128], values: [7], colors: [[128, 0, 192]]}
///     ignored_values: [0, 255]
///     ignored_colors: [[0, 0, 0]]
///
/// `color` is shown and read, `colors` are further ones of the same class. Without `values` in any
/// class, a class's value is its place. Throws Error(kConfig) that lists every problem with its
/// position: unknown keys, names or values that stand twice, numbers out of range.
Palette load_palette(const std::filesystem::path& file);

/// The same from text; `name` stands for the file in messages.
Palette parse_palette(std::string_view yaml, std::string_view name);

}  // namespace carica::config
