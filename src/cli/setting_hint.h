#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace carica::cli {

/// For a command line with an option that its command does not know: how the setting is written, as
/// train.epochs=3 for --epochs 3, or which flag is meant, as --quiet for --quite, or which there
/// are; of a file whose name begins with a dash, how it is given. "" where there is no such option.
/// `app` has read the line as far as it could.
std::string setting_hint(const CLI::App& app, int argc, char** argv);

}  // namespace carica::cli
