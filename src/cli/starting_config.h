#pragma once

#include <cstddef>
#include <string>

#include "config/config.h"
#include "data/images/picture.h"

namespace carica::cli {

/// What is known of a data set before its first training.
struct StartingPoint {
  config::Task task = config::Task::kClassify;
  config::DataConfig data;
  std::string name;             // of the run
  std::string file;             // the config's own, for its first line
  std::string about;            // one line: how many pictures, of what classes
  std::size_t training = 0;     // pictures
  data::Size size;              // medians of height and width
  bool equal_sizes = false;     // all that were looked at have this one
  bool several_labels = false;  // of each picture
};

/// A config with comments: sizes and network as the pictures are, all else as people usually begin.
/// It needs no other file.
std::string starting_config(const StartingPoint& point);

}  // namespace carica::cli
