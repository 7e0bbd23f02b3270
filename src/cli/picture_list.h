#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace carica::cli {

/// A picture and the name it goes by in results: its path below the folder that was named, or as
/// given where several things were named.
struct PictureFile {
  std::filesystem::path path;
  std::string name;
};

/// Pictures, folders (searched to a depth of 16 for .jpg .jpeg .png .webp .bmp, with allow_tiff
/// .tif .tiff; links are followed, hidden files and folders passed over), patterns with * and ? in
/// the last part, and .txt lists of paths (one a line, relative to the list) to files in a stable
/// order. Throws Error(kData) when something is missing or cannot be read, or nothing is found.
std::vector<PictureFile> list_pictures(const std::vector<std::string>& inputs, bool allow_tiff);

/// Where the result of a picture of this name stands below a folder: "../a/x.jpg" -> "a/x.png".
std::filesystem::path result_name(const std::string& picture);

}  // namespace carica::cli
