#include "core/file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <thread>

#include "support/temp_folder.h"

namespace carica {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kAnySize = 1 << 20;

FileSystem& real() { return FileSystem::real(); }

// The Error that `action` throws.
template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorCode::kUsage, "");
}

TEST(FileSystem, WritesAppendsAndReadsBack) {
  const test::TempFolder folder;
  const auto path = folder / "a.txt";
  write_file(real(), path, "one\n");
  write_file(real(), path, "two\n");  // replaces
  const auto file = real().open_to_append(path);
  constexpr std::string_view kThree = "three\n";
  file->append(std::as_bytes(std::span(kThree)));
  file->sync();
  file->close();
  file->close();  // once more is no error
  EXPECT_EQ(real().read(path, kAnySize), "two\nthree\n");
  real().truncate(path, 3);
  EXPECT_EQ(real().read(path, kAnySize), "two");
}

TEST(FileSystem, ReadsNoMoreThanItMay) {
  const test::TempFolder folder;
  const auto path = folder / "big";
  write_file(real(), path, std::string(1000, 'x'));
  EXPECT_EQ(real().read(path, 1000).size(), 1000U);
  const Error error = error_of([&] { real().read(path, 999); });
  EXPECT_EQ(error.code(), ErrorCode::kIo);
  EXPECT_THAT(error.what(), HasSubstr(path.string()));
  EXPECT_THAT(error.what(), HasSubstr("999 B"));
  // A file that does not tell its size, and one without an end.
  EXPECT_THAT(real().read("/proc/self/status", kAnySize), HasSubstr("Name:"));
  EXPECT_THROW(real().read("/dev/zero", kAnySize), Error);
  write_file(real(), path, "");
  EXPECT_EQ(real().read(path, 0), "");
}

TEST(FileSystem, NamesThePathTheReasonAndWhatToDo) {
  const test::TempFolder folder;
  const Error missing = error_of([&] { real().read(folder / "none", kAnySize); });
  EXPECT_EQ(missing.code(), ErrorCode::kIo);
  EXPECT_EQ(missing.what(),
            (folder / "none").string() + ": cannot open: No such file or directory");
  EXPECT_THAT(error_of([&] { real().create(folder / "no/file"); }).what(), HasSubstr("no/file"));
  EXPECT_THAT(error_of([&] { real().read(folder.path(), kAnySize); }).what(),
              HasSubstr("Is a directory"));
  EXPECT_THAT(error_of([&] { real().rename(folder / "x", folder / "y"); }).what(),
              HasSubstr("cannot rename to " + (folder / "y").string()));
  EXPECT_THROW(real().truncate(folder / "none", 0), Error);
  EXPECT_THROW(real().sync_directory(folder / "none"), Error);
  EXPECT_THROW(real().remove(folder.path()), Error);

  for (const int reason : {ENOSPC, EDQUOT, EACCES, EPERM, EROFS}) {
    EXPECT_NE(io_error("a", "write", reason).hint(), "") << reason;
  }
  EXPECT_THAT(io_error("a", "write", ENOSPC).hint(), HasSubstr("space"));
  EXPECT_THAT(io_error("a", "write", EACCES).hint(), HasSubstr("permissions"));
  EXPECT_THAT(io_error("a", "write", EROFS).hint(), HasSubstr("read-only"));
}

TEST(FileSystem, ReportsAFullDisk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const Error error = error_of([] { write_file(real(), "/dev/full", "x"); });
  EXPECT_STREQ(error.what(), "/dev/full: cannot write: No space left on device");
  EXPECT_THAT(error.hint(), HasSubstr("space"));
}

TEST(FileSystem, RefusesAFolderItMayNotWriteTo) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const test::TempFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_read);
  const Error error = error_of([&] { real().create(folder / "a"); });
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
  EXPECT_THAT(error.what(), HasSubstr("Permission denied"));
  EXPECT_NE(error.hint(), "");
}

TEST(FileSystem, RenamesOverAndRemovesWithoutFuss) {
  const test::TempFolder folder;
  write_file(real(), folder / "a", "new");
  write_file(real(), folder / "b", "old");
  real().rename(folder / "a", folder / "b");
  real().sync_directory(folder.path());
  EXPECT_EQ(real().read(folder / "b", kAnySize), "new");
  real().remove(folder / "b");
  real().remove(folder / "b");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(FileSystem, MakesFoldersAndTellsWhetherOneExisted) {
  const test::TempFolder folder;
  real().create_directories(folder / "a/b/c");
  real().create_directories(folder / "a/b/c");
  EXPECT_TRUE(std::filesystem::is_directory(folder / "a/b/c"));
  bool existed = true;
  real().create_directory(folder / "run", existed);
  EXPECT_FALSE(existed);
  real().create_directory(folder / "run", existed);
  EXPECT_TRUE(existed);
  EXPECT_THROW(real().create_directory(folder / "no/run", existed), Error);
  write_file(real(), folder / "file", "");
  EXPECT_THROW(real().create_directories(folder / "file/sub"), Error);
}

TEST(FileSystem, ReplacesLinksButNothingElse) {
  const test::TempFolder folder;
  const auto latest = folder / "latest";
  real().symlink("run-1", latest);
  real().symlink("run-2", latest);
  EXPECT_EQ(std::filesystem::read_symlink(latest), "run-2");
  write_file(real(), folder / "file", "kept");
  EXPECT_THROW(real().symlink("run-1", folder / "file"), Error);
  EXPECT_EQ(real().read(folder / "file", kAnySize), "kept");
  std::filesystem::create_directory(folder / "sub");
  EXPECT_THROW(real().symlink("run-1", folder / "sub"), Error);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 3);
}

TEST(FileLock, IsHeldByOneUntilItEnds) {
  const test::TempFolder folder;
  auto first = real().try_lock(folder / "lock");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(real().try_lock(folder / "lock"), nullptr);
  first.reset();
  EXPECT_NE(real().try_lock(folder / "lock"), nullptr);
  EXPECT_THROW(real().try_lock(folder / "none/lock"), Error);
}

TEST(FileLock, EndsWithTheProcessThatHeldIt) {
  const test::TempFolder folder;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = real().try_lock(folder / "lock");
    (void)!::write(ready[1], lock ? "y" : "n", 1);
    ::pause();
    ::_exit(0);
  }
  char got = 0;
  ASSERT_EQ(::read(ready[0], &got, 1), 1);
  ASSERT_EQ(got, 'y');
  EXPECT_EQ(real().try_lock(folder / "lock"), nullptr);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_NE(real().try_lock(folder / "lock"), nullptr);
  ::close(ready[0]);
  ::close(ready[1]);
}

// Through a pipe, writes are partial, and a timer interrupts them.
TEST(FileSystem, WritesOnWhenASignalInterrupts) {
  const test::TempFolder folder;
  const auto path = folder / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);

  std::string sent;
  for (int i = 0; i < 2'000'000; ++i) sent += static_cast<char>(i % 253);
  std::string received;
  std::thread reader([&] {
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm, nullptr);  // the writer gets it
    std::ifstream in(path, std::ios::binary);
    std::string piece(50'000, '\0');
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
      received.append(piece, 0, static_cast<std::size_t>(in.gcount()));
      ::usleep(500);
    }
  });

  struct sigaction action {
  }, old{};
  action.sa_handler = [](int) {};  // without SA_RESTART: write() returns early
  ::sigaction(SIGALRM, &action, &old);
  const itimerval every_millisecond{{0, 1000}, {0, 1000}}, never{};
  ::setitimer(ITIMER_REAL, &every_millisecond, nullptr);
  EXPECT_NO_THROW(write_file(real(), path, sent));
  ::setitimer(ITIMER_REAL, &never, nullptr);
  ::sigaction(SIGALRM, &old, nullptr);
  reader.join();
  EXPECT_TRUE(received == sent);
}

}  // namespace
}  // namespace carica
