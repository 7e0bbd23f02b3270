#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace carica::cli {

/// A picture and the name it goes by in results: its path below the folder that was named.
struct PictureFile {
  std::filesystem::path path;
  std::string relative;
};

/// Pictures, folders (searched for .jpg .jpeg .png .webp .bmp at any depth), patterns with * and ?
/// in the last part, and .txt lists of paths (one a line, relative to the list) to files in a
/// stable order. Throws Error(kData) when something is missing or nothing is found.
std::vector<PictureFile> list_pictures(const std::vector<std::string>& inputs);

}  // namespace carica::cli
