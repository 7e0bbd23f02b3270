#pragma once

#include <filesystem>
#include <string>

#include "config/node.h"
#include "config/problems.h"

namespace carica::config {

/// The tree of a file over those of the files that its `_base_` names (one path or a list, relative
/// to the file; of two bases the later wins). `_base_` itself is gone. Throws Error(kConfig) for a
/// file that is missing, is no YAML or includes itself, and for more than 64 files.
Node read_with_bases(const std::filesystem::path& file, Problems& problems);

/// Lays `over` on `base`: maps merge key by key, everything else replaces, lists and the value of
/// `loss` as a whole. A null over a map changes nothing: a section whose keys are all commented out
/// says nothing.
void merge(Node& base, Node over);

}  // namespace carica::config
