#include "core/progress.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "core/log.h"
#include "core/text.h"
#include "support/stderr_to.h"

namespace carica {
namespace {

constexpr const char* kClear = "\r\x1b[K";

// A terminal of 40 columns (a pseudo terminal) that stderr can be sent to.
class Terminal {
 public:
  Terminal() : screen_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    if (screen_ == -1 || ::grantpt(screen_) != 0 || ::unlockpt(screen_) != 0) return;
    keyboard_ = ::open(::ptsname(screen_), O_RDWR | O_NOCTTY);
    termios mode{};
    ::tcgetattr(keyboard_, &mode);
    ::cfmakeraw(&mode);  // \n stays \n
    ::tcsetattr(keyboard_, TCSANOW, &mode);
    const winsize size{.ws_row = 24, .ws_col = 40, .ws_xpixel = 0, .ws_ypixel = 0};
    ::ioctl(keyboard_, TIOCSWINSZ, &size);
  }
  ~Terminal() {
    ::close(keyboard_);
    ::close(screen_);
  }

  bool works() const { return keyboard_ != -1; }
  int descriptor() const { return keyboard_; }
  // What was written since the last call.
  std::string shown() const {
    std::string text;
    char piece[4096];
    pollfd waiting{.fd = screen_, .events = POLLIN, .revents = 0};
    while (::poll(&waiting, 1, 20) == 1) {
      const ssize_t got = ::read(screen_, piece, sizeof piece);
      if (got <= 0) break;
      text.append(piece, static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int screen_;
  int keyboard_ = -1;
};

class Progress : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TERM", "xterm", 1);
    if (!terminal.works()) GTEST_SKIP() << "no pseudo terminals here";
  }

  Terminal terminal;
};

TEST_F(Progress, DrawsItsLineAndClearsItAtTheEnd) {
  const test::StderrTo redirected(terminal.descriptor());
  {
    ProgressLine line;
    EXPECT_TRUE(line.live());
    line.update("epoch 1/10");
    EXPECT_EQ(terminal.shown(), cat(kClear, "epoch 1/10"));
  }
  EXPECT_EQ(terminal.shown(), kClear);
}

TEST_F(Progress, DrawsAtMostTenTimesASecond) {
  const test::StderrTo redirected(terminal.descriptor());
  ProgressLine line;
  const auto begin = std::chrono::steady_clock::now();
  int updates = 0;
  while (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(350)) {
    line.update(cat("#", ++updates));
  }
  const std::string shown = terminal.shown();
  const auto draws = std::count(shown.begin(), shown.end(), '#');
  EXPECT_GT(updates, 100);
  EXPECT_GE(draws, 2);
  EXPECT_LE(draws, 4);
}

TEST_F(Progress, MakesRoomForLogLines) {
  const test::StderrTo redirected(terminal.descriptor());
  ProgressLine line;
  line.update("epoch 1/10");
  log_info("saved");
  log_info("again");
  EXPECT_EQ(terminal.shown(), cat(kClear, "epoch 1/10", kClear, "saved\nagain\n"));
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  line.update("epoch 2/10");
  EXPECT_EQ(terminal.shown(), cat(kClear, "epoch 2/10"));
}

TEST_F(Progress, CutsTheLineToTheWidthOfTheTerminal) {
  const test::StderrTo redirected(terminal.descriptor());
  ProgressLine line;
  std::string umlauts;
  for (int i = 0; i < 60; ++i) umlauts += "\xC3\xA4";
  line.update(umlauts);
  EXPECT_EQ(terminal.shown(), cat(kClear, umlauts.substr(0, 39 * 2)));
}

TEST_F(Progress, KeepsWholeLinesBesideAThreadThatLogs) {
  const test::StderrTo redirected(terminal.descriptor());
  std::string shown;
  std::thread logging([] {
    for (int i = 0; i < 200; ++i) log_info("a line of the log");
  });
  ProgressLine line;
  for (int i = 0; i < 200; ++i) {
    line.update("epoch 1/10");
    if (i % 20 == 0) shown += terminal.shown();
  }
  logging.join();
  shown += terminal.shown();
  int count = 0;
  for (std::string piece : split(shown, '\n')) {
    const std::size_t start = piece.rfind(kClear);
    if (start != piece.npos) piece.erase(0, start + std::string_view(kClear).size());
    count += piece == "a line of the log" ? 1 : 0;
  }
  EXPECT_EQ(count, 200);
}

TEST_F(Progress, IsSilentWhenDisabledOrOnADumbTerminal) {
  const test::StderrTo redirected(terminal.descriptor());
  {
    ProgressLine line(false);
    EXPECT_FALSE(line.live());
    line.update("x");
  }
  ::setenv("TERM", "dumb", 1);
  {
    ProgressLine line;
    EXPECT_FALSE(line.live());
    line.update("x");
  }
  EXPECT_EQ(terminal.shown(), "");
}

TEST_F(Progress, IsSilentInAFile) {
  const int file = ::open("/dev/null", O_WRONLY);
  const test::StderrTo redirected(file);
  ::close(file);
  EXPECT_FALSE(ProgressLine().live());
}

}  // namespace
}  // namespace carica
