#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace carica::config {

/// Keys that are set to something else than their default and have no effect beside the others:
/// "optim.betas: has no effect; it counts beside optim.name: adam or adamw"; and drops of the rate
/// behind the end of the training. An error where it is plainly a mistake (check.cpp); here are
/// those that a base config or an override may well bring along.
std::vector<std::string> idle_keys(const Config& config);

}  // namespace carica::config
