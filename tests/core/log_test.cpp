#include "core/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "core/error.h"
#include "core/file_system.h"
#include "core/text.h"
#include "support/stderr_to.h"
#include "support/temp_folder.h"

namespace carica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class Log : public ::testing::Test {
 protected:
  ~Log() override {
    close_log_file();
    set_log_level(LogLevel::kInfo);
  }

  // What `action` writes to stderr.
  template <typename Action>
  std::string printed(Action action) const {
    const int file = ::open((folder / "stderr").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    {
      const test::StderrTo redirected(file);
      action();
    }
    ::close(file);
    return FileSystem::real().read(folder / "stderr", 1 << 24);
  }

  std::vector<std::string> lines(std::string_view name) const {
    auto all = split(FileSystem::real().read(folder / name, 1 << 24), '\n');
    all.pop_back();  // what follows the last line break
    return all;
  }

  test::TempFolder folder;
};

void log_one_of_each() {
  log_debug("d");
  log_info("i");
  log_warning("w");
  log_error("e");
}

TEST_F(Log, NamesTheLevelOfAllButPlainLines) {
  EXPECT_EQ(printed(log_one_of_each), "i\nwarning: w\nerror: e\n");
  set_log_level(LogLevel::kDebug);
  EXPECT_EQ(printed(log_one_of_each), "debug: d\ni\nwarning: w\nerror: e\n");
}

TEST_F(Log, PrintsNothingBelowItsLevel) {
  set_log_level(LogLevel::kWarning);
  EXPECT_EQ(printed(log_one_of_each), "warning: w\nerror: e\n");
  set_log_level(LogLevel::kError);
  EXPECT_EQ(printed(log_one_of_each), "error: e\n");
  set_log_level(LogLevel::kQuiet);
  EXPECT_EQ(printed(log_one_of_each), "");
}

TEST_F(Log, WritesTimeAndLevelToTheFileWhateverStderrShows) {
  set_log_level(LogLevel::kQuiet);
  open_log_file(folder / "train.log");
  log_one_of_each();
  const std::string time = "....-..-..T..:..:..\\....Z ";
  EXPECT_THAT(lines("train.log"),
              ElementsAre(MatchesRegex(time + "info i"), MatchesRegex(time + "warning w"),
                          MatchesRegex(time + "error e")));
}

TEST_F(Log, AppendsToTheFileAndStopsWhenItIsClosed) {
  set_log_level(LogLevel::kQuiet);
  open_log_file(folder / "a.log");
  log_info("one");
  open_log_file(folder / "b.log");
  log_info("two");
  open_log_file(folder / "a.log");
  log_info("three");
  close_log_file();
  log_info("four");
  EXPECT_EQ(lines("a.log").size(), 2U);
  EXPECT_EQ(lines("b.log").size(), 1U);
}

TEST_F(Log, KeepsTheOldFileWhenTheNewOneCannotBeOpened) {
  set_log_level(LogLevel::kQuiet);
  open_log_file(folder / "a.log");
  EXPECT_THROW(open_log_file(folder / "none/b.log"), Error);
  log_info("one");
  EXPECT_EQ(lines("a.log").size(), 1U);
}

TEST_F(Log, GoesOnAfterOneWarningWhenTheFileCannotBeWritten) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const std::string text = printed([] {
    open_log_file("/dev/full");
    log_info("one");
    log_info("two");
  });
  EXPECT_THAT(text, HasSubstr("one\n"));
  EXPECT_THAT(text, HasSubstr("two\n"));
  EXPECT_THAT(text, HasSubstr("warning: log file: /dev/full: cannot write: No space left"));
  EXPECT_EQ(split(text, '\n').size(), 4U) << text;
}

TEST_F(Log, ShowsControlCharactersInsteadOfObeyingThem) {
  const std::string text = printed([] { log_info("a\x1b[2Jb\r\x7f\nc\t\xC3\xA4 {} %s"); });
  EXPECT_EQ(text, "a\\x1b[2Jb\\x0d\\x7f\nc\t\xC3\xA4 {} %s\n");
}

TEST_F(Log, KeepsTheLinesOfManyThreadsWhole) {
  open_log_file(folder / "train.log");
  const std::string line(200, 'x');
  const std::string text = printed([&] {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 250; ++i) log_info(line);
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  EXPECT_EQ(text.size(), 1000 * 201U);
  for (const std::string& written : lines("stderr")) ASSERT_EQ(written, line);
  EXPECT_EQ(lines("train.log").size(), 1000U);
}

}  // namespace
}  // namespace carica
