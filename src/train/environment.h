#pragma once

#include <string>

#include "eval/runtime.h"

namespace carica::train {

/// environment.json: what a result depends on beside the config: versions, machine, device, time,
/// command line.
std::string environment_json(const eval::Runtime& runtime, const std::string& command_line);

}  // namespace carica::train
