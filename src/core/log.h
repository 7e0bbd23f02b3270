#pragma once

#include <filesystem>
#include <string_view>

namespace carica {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kQuiet };

/// The one log of the process: lines go to stderr and, once open_log_file was called, to that file
/// too. Thread-safe. A live progress line on the terminal is cleared before a log line is printed
/// and drawn again by its next update.
/// On stderr only warnings, errors and debug lines name their level ("warning: ..."); in the file
/// every line begins with its time (UTC) and level. Control characters are shown as \xNN.

/// The least level that stderr shows, kInfo at first. The file always gets kInfo and above.
void set_log_level(LogLevel level);
/// Appends to `path` from now on, unbuffered, instead of an earlier file. Throws Error(kIo) when it
/// cannot be opened; a line that cannot be written later (full disk) is lost after one warning.
void open_log_file(const std::filesystem::path& path);
void close_log_file();

void log_debug(std::string_view message);
void log_info(std::string_view message);
void log_warning(std::string_view message);
void log_error(std::string_view message);

}  // namespace carica
