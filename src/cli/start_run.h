#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.h"
#include "train/experiment.h"
#include "train/run_directory.h"

namespace carica::cli {

/// Makes the run directory of a config file and writes what the run is: config.yaml,
/// config.resolved.yaml, environment.json, classes.json, split.csv.
train::RunDirectory start_run(const std::filesystem::path& config_file,
                              const std::vector<std::string>& overrides,
                              const train::Experiment& experiment, const Invocation& invocation);

}  // namespace carica::cli
