#pragma once

#include "config/node.h"
#include "config/problems.h"

namespace carica::config {

/// Replaces `${NAME}` and `${NAME:-default}` in scalars by environment variables; the default
/// counts when the variable is unset or empty. `$${` stands for `${`. The result is never read as
/// YAML again: it stays one scalar. A leading `~/` of a path is the home folder. An unset variable
/// without default, a reference that does not end and a value that is no text are problems. `path`:
/// of the node, for messages.
void expand_environment(Node& node, Problems& problems, std::string_view path = "");

}  // namespace carica::config
