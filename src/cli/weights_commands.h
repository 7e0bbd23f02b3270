#pragma once

#include "cli/command.h"

namespace carica::cli {

// Commands of `carica weights`: one file each; weights.cpp is their table.

void define_weights_inspect(CLI::App& app, Invocation& invocation);
void define_weights_convert(CLI::App& app, Invocation& invocation);
void define_weights_diff(CLI::App& app, Invocation& invocation);
void define_weights_pretrained(CLI::App& app, Invocation& invocation);

}  // namespace carica::cli
