#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace carica::data {

// Names of what lies in folders, sorted bytewise so that they come in the same order everywhere.
// Hidden entries (a leading '.', and a Mac's __MACOSX) are left out, links are followed. All throw
// Error(kData) when the folder is missing or cannot be read.

/// Folders directly below.
std::vector<std::string> list_folders(const std::filesystem::path& folder);

/// Files below at any depth, as paths from `folder` with '/'. Throws Error(kData) beyond 16 levels,
/// which a link in a circle reaches.
std::vector<std::string> list_files(const std::filesystem::path& folder);

/// Endings of pictures: .jpg .jpeg .png .webp .bmp in any case; .tif and .tiff where `tiff` allows.
bool has_picture_ending(const std::string& name, bool tiff = false);

/// The split that a folder of this name holds, train, val or test; "" where it is no usual name:
/// train, training, val, valid, validation, test, testing, also with set or _set behind them, in
/// any case.
std::string_view split_of(std::string_view name);
bool is_split_name(std::string_view name);

/// Throws Error(kData) that names the key of the config it came from.
void require_folder(const std::filesystem::path& folder, const std::string& key);

}  // namespace carica::data
