// The commit protocol: whatever fails, and wherever the process ends, a whole state is left.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "samples.h"
#include "support/failing_file_system.h"

namespace carica::checkpoint {
namespace {

using test::FailingFileSystem;
using test::Fault;
using test::FaultPlan;
using test::TempFolder;
using testing::HasSubstr;

using Prepare = std::function<void(const std::filesystem::path&)>;

void save(FileSystem& fs, const std::filesystem::path& folder, std::int64_t step) {
  save_last(fs, folder, sample_state(step));
}

void nothing_saved(const std::filesystem::path&) {}
void one_saved(const std::filesystem::path& folder) { save(FileSystem::real(), folder, 10); }
void two_saved(const std::filesystem::path& folder) {
  save(FileSystem::real(), folder, 9);
  save(FileSystem::real(), folder, 10);
}
/// A save of step 11 was stopped between its two renames; 10 is `prev`.
void stopped_between_renames(const std::filesystem::path& folder) {
  two_saved(folder);
  std::filesystem::rename(folder / "last.safetensors", folder / "last.prev.safetensors");
  put_bytes(folder / ".last.safetensors.tmp", "half");
}
/// `last` of step 11 is damaged; 10 is `prev`.
void damaged_last(const std::filesystem::path& folder) {
  one_saved(folder);
  save(FileSystem::real(), folder, 11);
  std::string bytes = bytes_of_file(folder / "last.safetensors");
  bytes.back() ^= 1;
  put_bytes(folder / "last.safetensors", bytes);
}

std::int64_t operations_of_a_save(const Prepare& prepare) {
  const TempFolder folder;
  prepare(folder.path());
  FailingFileSystem counting({});
  save(counting, folder.path(), 20);
  return counting.operations();
}

/// Step of the state that a resume would find: its bits must be that step's. -1: none.
std::int64_t step_found(const std::filesystem::path& folder) {
  std::string reason;
  try {
    const RunState state = load_last(folder, reason);
    EXPECT_TRUE(same_state(state, sample_state(state.progress.step)));
    return state.progress.step;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
    return -1;
  }
}

/// Saves step 20 in a process of its own that ends at operation k. True when it ended there.
bool save_stopped_at(std::int64_t k, const std::filesystem::path& folder) {
  const pid_t child = ::fork();
  if (child == 0) {
    FailingFileSystem stopping({.at = k, .fault = Fault::kExit});
    try {
      save(stopping, folder, 20);
    } catch (...) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_THAT(WEXITSTATUS(status), testing::AnyOf(0, test::kFaultExitCode));
  return WEXITSTATUS(status) == test::kFaultExitCode;
}

/// Uses memory for a disk where there is one: a thousand fsyncs take half a minute on a busy disk,
/// and what they do to it cannot be seen here.
class CommitProtocol : public testing::Test {
 protected:
  void SetUp() override {
    const char* named = std::getenv("TMPDIR");
    if (named != nullptr || !std::filesystem::is_directory("/dev/shm")) return;
    ::setenv("TMPDIR", "/dev/shm", 1);
    changed_ = true;
  }
  void TearDown() override {
    if (changed_) ::unsetenv("TMPDIR");
  }

 private:
  bool changed_ = false;
};

TEST_F(CommitProtocol, DoesItsOperationsInTheOrderOfItsContract) {
  const TempFolder folder;
  one_saved(folder.path());
  FailingFileSystem recording({});
  save(recording, folder.path(), 20);
  auto journal = recording.journal();
  std::erase(journal, "append .last.safetensors.tmp");
  EXPECT_THAT(journal,
              testing::ElementsAre("create .last.safetensors.tmp", "sync .last.safetensors.tmp",
                                   "close .last.safetensors.tmp", "rename last.safetensors",
                                   "rename .last.safetensors.tmp",
                                   "sync_directory " + folder.path().filename().string(),
                                   "remove .last.safetensors.tmp"));
}

TEST_F(CommitProtocol, KeepsAWholeStateWhenAnyOperationFails) {
  for (const bool lasting : {false, true}) {
    for (const Prepare& prepare :
         {Prepare(one_saved), Prepare(two_saved), Prepare(stopped_between_renames)}) {
      const std::int64_t operations = operations_of_a_save(prepare);
      for (std::int64_t k = 0; k < operations; ++k) {
        SCOPED_TRACE(testing::Message() << "operation " << k << ", lasting " << lasting);
        const TempFolder folder;
        prepare(folder.path());
        FailingFileSystem failing({.at = k, .lasting = lasting});
        bool failed = false;
        try {
          save(failing, folder.path(), 20);
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::kIo);
          failed = true;
        }
        EXPECT_THAT(step_found(folder.path()),
                    failed ? testing::AnyOf(10, 20) : testing::AnyOf(20, 20));
        // The run goes on: the next save works.
        save(FileSystem::real(), folder.path(), 30);
        EXPECT_EQ(step_found(folder.path()), 30);
      }
    }
  }
}

TEST_F(CommitProtocol, KeepsAWholeStateWhereverTheProcessEnds) {
  for (const Prepare& prepare : {Prepare(one_saved), Prepare(two_saved),
                                 Prepare(stopped_between_renames), Prepare(damaged_last)}) {
    const std::int64_t operations = operations_of_a_save(prepare);
    for (std::int64_t k = 0; k < operations; ++k) {
      SCOPED_TRACE(testing::Message() << "operation " << k);
      const TempFolder folder;
      prepare(folder.path());
      ASSERT_TRUE(save_stopped_at(k, folder.path()));
      EXPECT_THAT(step_found(folder.path()), testing::AnyOf(10, 20));
      save(FileSystem::real(), folder.path(), 30);
      EXPECT_EQ(step_found(folder.path()), 30);
    }
  }
}

TEST_F(CommitProtocol, LeavesNothingOrTheNewStateWhenTheFirstSaveStops) {
  for (std::int64_t k = 0; k < operations_of_a_save(nothing_saved); ++k) {
    const TempFolder folder;
    ASSERT_TRUE(save_stopped_at(k, folder.path()));
    EXPECT_THAT(step_found(folder.path()), testing::AnyOf(-1, 20));
  }
}

TEST_F(CommitProtocol, KeepsTheOldStateWhenTheDiskIsFull) {
  std::uintmax_t size = 0;
  {
    const TempFolder folder;
    one_saved(folder.path());
    size = std::filesystem::file_size(folder / "last.safetensors");
  }
  for (std::uint64_t capacity = 0; capacity < size; capacity += 37) {
    const TempFolder folder;
    two_saved(folder.path());
    FailingFileSystem full({.capacity = capacity});
    EXPECT_THAT(message_of(ErrorCode::kIo, [&] { save(full, folder.path(), 20); }),
                HasSubstr("No space left on device"));
    EXPECT_EQ(step_found(folder.path()), 10);
    EXPECT_FALSE(std::filesystem::exists(folder / ".last.safetensors.tmp"));
  }
}

TEST_F(CommitProtocol, KeepsTheOldWeightsWhenAnyOperationFails) {
  const Description description = sample_state(1).description;
  const auto save_best = [&](FileSystem& fs, const TempFolder& folder, std::int64_t step) {
    save_weights(fs, folder / "best.safetensors", sample_state(step).model, description, {});
  };
  std::int64_t operations = 0;
  {
    const TempFolder folder;
    FailingFileSystem counting({});
    save_best(counting, folder, 20);
    operations = counting.operations();
  }
  for (std::int64_t k = 0; k < operations; ++k) {
    const TempFolder folder;
    save_best(FileSystem::real(), folder, 10);
    FailingFileSystem failing({.at = k});
    EXPECT_THROW(save_best(failing, folder, 20), Error);
    const auto found = load_weights(folder / "best.safetensors").tensors;
    EXPECT_TRUE(same_tensors(found, sample_state(10).model) ||
                same_tensors(found, sample_state(20).model));
  }
}

}  // namespace
}  // namespace carica::checkpoint
