#pragma once

#include <string>

#include "config/field.h"
#include "config/node.h"
#include "config/problems.h"

namespace carica::config {

/// Reads one value into the slot when it has the slot's type and is what the field allows; else
/// adds one problem for each item that is wrong and leaves the slot as it is. `path` is the
/// field's.
void read_slot(const Node& node, const std::string& path, Slot slot, const Field& about,
               Problems& problems);

}  // namespace carica::config
