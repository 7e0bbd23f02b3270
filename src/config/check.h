#pragma once

#include "config/config.h"
#include "config/node.h"
#include "config/problems.h"

namespace carica::config {

/// What no field says alone: fractions that sum to 1, keys that exclude or need each other, the
/// order of transforms. Values that are a problem already are not looked at again. `root` is the
/// tree that `config` was read from; it gives the positions.
void check_together(const Config& config, const Node& root, Problems& problems);

}  // namespace carica::config
