#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace carica::data {

/// Names of the folders with pictures in them that lie where format `image_folder` looks for class
/// folders and are none of `classes`, sorted: no split holds their pictures. Empty for other
/// formats.
std::vector<std::string> unknown_class_folders(const config::DataConfig& data,
                                               const std::vector<std::string>& classes);

}  // namespace carica::data
