#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/text_file.h"

namespace carica::test {

/// The Python that judges our files in slow tests: CARICA_PYTHON, or python3.
inline std::string python() {
  const char* named = std::getenv("CARICA_PYTHON");
  return named == nullptr ? "python3" : named;
}

/// Runs a file with one argument; returns its exit code.
inline int run_python_file(const std::filesystem::path& file,
                           const std::filesystem::path& argument) {
  const auto command = '"' + python() + "\" \"" + file.string() + "\" \"" + argument.string() + '"';
  const int status = std::system(command.c_str());
  return status == -1 ? -1 : WEXITSTATUS(status);
}

/// Runs a script with `folder` as its argument; returns its exit code.
inline int run_python(const std::filesystem::path& folder, const std::string& script) {
  const auto file = folder / "script.py";
  write_text(file, script);
  return run_python_file(file, folder);
}

/// Whether it can import all of e.g. "torch, safetensors.torch".
inline bool python_has(const std::filesystem::path& folder, const std::string& modules) {
  return run_python(folder, "import sys\ntry:\n    import " + modules +
                                "\nexcept ImportError:\n    sys.exit(3)\n") == 0;
}

}  // namespace carica::test
