#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "config/palette.h"

namespace carica::data {

// Names of classes in the files that labelling programs export beside their masks.

/// The names that labelmap.txt below `root` gives these colours, in their order
/// ("road:128,64,128::" as CVAT writes it); class_0 and so on for colours that it does not name.
/// Empty without the file.
std::vector<std::string> names_of_colors(const std::filesystem::path& root,
                                         const std::set<config::Color>& colors);

/// The names that _classes.csv below `root` or its folder train gives to 0, 1, 2 and so on, as
/// Roboflow writes it. Empty without the file, and where numbers are missing.
std::vector<std::string> names_of_values(const std::filesystem::path& root);

}  // namespace carica::data
