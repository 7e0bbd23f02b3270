#pragma once

#include <filesystem>
#include <optional>

#include "config/config.h"

namespace carica::data {

/// What a folder of pictures seems to be: the keys of a config that reads it.
struct Recognized {
  config::Task task = config::Task::kClassify;
  config::DataConfig data;  // format, root, and what differs from the defaults
};

/// By the names of folders and files and the heads of tables; no picture is opened. `task` chooses
/// where a folder serves both; else pictures with masks are to be segmented. Classes of masks are
/// not known by names: data.classes stays empty, unless the format has a palette. Where `root`
/// holds nothing but one folder, that one is looked into. Throws Error(kData) that says what the
/// folder holds where no format fits.
Recognized recognize(const std::filesystem::path& root, std::optional<config::Task> task);

}  // namespace carica::data
