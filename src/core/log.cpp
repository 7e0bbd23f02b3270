#include "core/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/dist_sink.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/console.h"
#include "core/file_system.h"

namespace carica {
namespace {

// A file name in a message must not send escape sequences to the terminal, nor end a line of the
// log file.
std::string without_control_characters(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string clean;
  clean.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F) {
      clean += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    } else {
      clean += c;
    }
  }
  return clean;
}

std::string_view prefix(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return "debug: ";
    case spdlog::level::warn:
      return "warning: ";
    case spdlog::level::err:
      return "error: ";
    default:
      return "";
  }
}

class ConsoleSink final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    std::string line(prefix(message.level));
    line.append(message.payload.data(), message.payload.size());
    print_to_console(line);
  }
  void flush_() override {}
};

// Lines go through the seam, unbuffered: a killed run keeps its log to the last line.
class FileSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FileSink(const std::filesystem::path& path)
      : base_sink(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                                                              spdlog::pattern_time_type::utc)),
        file_(FileSystem::real().open_to_append(path)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    file_->append(std::as_bytes(std::span(line.data(), line.size())));
  }
  void flush_() override {}

 private:
  std::unique_ptr<WritableFile> file_;
};

struct Log {
  Log() {
    logger.set_level(spdlog::level::trace);  // the sinks choose
    console->set_level(spdlog::level::info);
    sinks->add_sink(console);
    // Called when the log file cannot be written (a full disk). Once is enough: training goes on.
    logger.set_error_handler([this](const std::string& reason) {
      if (!failed.exchange(true)) print_to_console("warning: log file: " + reason);
    });
  }

  std::shared_ptr<ConsoleSink> console = std::make_shared<ConsoleSink>();
  std::shared_ptr<spdlog::sinks::dist_sink_mt> sinks =
      std::make_shared<spdlog::sinks::dist_sink_mt>();
  std::mutex file_mutex;
  std::shared_ptr<FileSink> file;
  std::atomic<bool> failed{false};
  spdlog::logger logger{"carica", sinks};
};

Log& the_log() {
  static Log instance;
  return instance;
}

void write(spdlog::level::level_enum level, std::string_view message) {
  const std::string clean = without_control_characters(message);
  the_log().logger.log(level, spdlog::string_view_t(clean.data(), clean.size()));
}

}  // namespace

void set_log_level(LogLevel level) {
  using spdlog::level::level_enum;
  constexpr std::array<level_enum, 5> kLevels = {spdlog::level::debug, spdlog::level::info,
                                                 spdlog::level::warn, spdlog::level::err,
                                                 spdlog::level::off};
  the_log().console->set_level(kLevels.at(static_cast<std::size_t>(level)));
}

void open_log_file(const std::filesystem::path& path) {
  auto file = std::make_shared<FileSink>(path);
  file->set_level(spdlog::level::info);
  close_log_file();
  Log& self = the_log();
  const std::lock_guard lock(self.file_mutex);
  self.file = std::move(file);
  self.sinks->add_sink(self.file);
  self.failed = false;
}

void close_log_file() {
  Log& self = the_log();
  const std::lock_guard lock(self.file_mutex);
  if (self.file != nullptr) self.sinks->remove_sink(self.file);
  self.file.reset();
}

void log_debug(std::string_view message) { write(spdlog::level::debug, message); }
void log_info(std::string_view message) { write(spdlog::level::info, message); }
void log_warning(std::string_view message) { write(spdlog::level::warn, message); }
void log_error(std::string_view message) { write(spdlog::level::err, message); }

}  // namespace carica
