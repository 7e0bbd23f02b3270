#pragma once

#include <filesystem>
#include <string_view>

namespace carica {

/// Joins a path that came from a file (csv, list, config) to its root and makes sure that it stays
/// inside, links followed. Throws Error(kData) for an absolute path, "..", NUL bytes, more than
/// 4,095 bytes, or a link that leads out of the root. The file need not exist.
std::filesystem::path resolve_inside(const std::filesystem::path& root, std::string_view relative);

}  // namespace carica
