#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/command.h"
#include "core/file_system.h"
#include "data/dataset.h"
#include "eval/model.h"
#include "eval/results.h"

namespace carica::cli {

/// Evaluates a network on one split, `source.split`, with a progress line, prints the table, writes
/// the result files to `folder`, and returns metrics.json. Signals stop it (StopSignals): throws
/// Error(kInterrupted).
std::string evaluate_split(FileSystem& fs, const eval::Model& model,
                           std::shared_ptr<const data::Dataset> split, const eval::Source& source,
                           const std::filesystem::path& folder, const Invocation& invocation);

}  // namespace carica::cli
