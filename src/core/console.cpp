#include "core/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <string>

#include "core/progress.h"

namespace carica {
namespace {

constexpr std::string_view kClear = "\r\x1b[K";

struct Console {
  std::mutex mutex;
  bool live_line_drawn = false;
};

Console& console() {
  static Console instance;
  return instance;
}

// Nothing can be reported when stderr itself fails, so errors end the attempt in silence.
void write_to_stderr(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written == -1 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::size_t terminal_width() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

// The first `width` characters, counted in UTF-8 code points.
std::string_view cut(std::string_view text, std::size_t width) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool continues = (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    if (!continues && characters++ == width) return text.substr(0, i);
  }
  return text;
}

}  // namespace

void print_to_console(std::string_view line) {
  Console& self = console();
  const std::lock_guard lock(self.mutex);
  std::string text(self.live_line_drawn ? kClear : "");
  text += line;
  text += '\n';
  write_to_stderr(text);  // one write, so that lines of several processes do not mix
  self.live_line_drawn = false;
}

void draw_live_line(std::string_view text) {
  Console& self = console();
  const std::lock_guard lock(self.mutex);
  std::string drawn(kClear);
  drawn += cut(text, terminal_width() - 1);  // the last column would wrap on some terminals
  write_to_stderr(drawn);
  self.live_line_drawn = true;
}

void clear_progress_line() {
  Console& self = console();
  const std::lock_guard lock(self.mutex);
  if (self.live_line_drawn) write_to_stderr(kClear);
  self.live_line_drawn = false;
}

bool console_is_live() {
  if (::isatty(STDERR_FILENO) == 0) return false;
  const char* const kind = std::getenv("TERM");
  return kind == nullptr || std::string_view(kind) != "dumb";
}

}  // namespace carica
