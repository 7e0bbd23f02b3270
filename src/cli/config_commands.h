#pragma once

#include "cli/command.h"

namespace carica::cli {

void define_config_new(CLI::App& app, Invocation& invocation);

}  // namespace carica::cli
