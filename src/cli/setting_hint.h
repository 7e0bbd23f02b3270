#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace carica::cli {

/// For a command line with an option that its command does not know, as --epochs 3: how the setting
/// is written, as train.epochs=3. "" where it has none or the command takes no settings. `app` has
/// read the line as far as it could.
std::string setting_hint(const CLI::App& app, int argc, char** argv);

}  // namespace carica::cli
