#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/error.h"

namespace carica::data {

/// Names of files directly in the folder, sorted; hidden ones left out.
std::vector<std::string> files_in(const std::filesystem::path& folder);

/// The first line of a table, in fields that commas divide.
std::vector<std::string> table_head(const std::filesystem::path& file);

/// What is said of a folder that no format fits: what is there, and what is missing from it.
Error unknown_layout(const std::filesystem::path& root, std::optional<config::Task> task);

}  // namespace carica::data
