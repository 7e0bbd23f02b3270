#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace carica::analysis {

/// A run by its name, and where it stands.
struct NamedFolder {
  std::string name;
  std::filesystem::path folder;  // ends in the name, or holds a file of this name
};

/// A name for each run that tells it from the others. Runs of one name get as many of their last
/// folders in front of it as tell them apart: seed1/cnn, seed2/cnn; where that would be longer than
/// 40 bytes, or the folder is the same, they are numbered: cnn, cnn (2).
std::vector<std::string> distinct_names(std::span<const NamedFolder> runs);

}  // namespace carica::analysis
