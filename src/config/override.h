#pragma once

#include <string>

#include "config/node.h"
#include "config/problems.h"

namespace carica::config {

/// Applies `key.path=value` to the tree: the value, one YAML scalar or flow list or map, replaces
/// what stands at the path; sections on the way are made. Items of lists go by number:
/// `transforms.train.0.Resize.size=64`. Its position in messages is `override 'key.path=value'`.
/// Throws Error(kConfig) for a value that is no YAML.
void apply_override(Node& root, const std::string& assignment, Problems& problems);

}  // namespace carica::config
