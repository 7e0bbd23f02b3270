#pragma once

#include <filesystem>
#include <string_view>

namespace carica {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kQuiet };

/// The one log of the process: lines go to stderr and, once open_log_file was called, to that file
/// too. Thread-safe. A live progress line on the terminal is cleared before a log line is printed
/// and drawn again by its next update.
void set_log_level(LogLevel level);  // of stderr; the file always gets kInfo and above
void open_log_file(const std::filesystem::path& path);
void close_log_file();

void log_debug(std::string_view message);
void log_info(std::string_view message);
void log_warning(std::string_view message);
void log_error(std::string_view message);

}  // namespace carica
