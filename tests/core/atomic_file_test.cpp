#include "core/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "support/failing_file_system.h"
#include "support/temp_folder.h"

namespace carica {
namespace {

using test::FailingFileSystem;
using test::Fault;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kOld = "the old content";
const std::string kNew = "the new content, which is longer";

// A folder with state.json, and what the tests look at.
struct Place {
  Place() { write_file(FileSystem::real(), path, kOld); }
  std::string content() const { return FileSystem::real().read(path, 1000); }
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {});
  }

  test::TempFolder folder;
  std::filesystem::path path = folder / "state.json";
};

void save(FileSystem& fs, const std::filesystem::path& path) {
  AtomicFile file(fs, path);
  file.append(std::string_view(kNew).substr(0, 10));
  file.append(std::string_view(kNew).substr(10));
  file.commit();
}

TEST(AtomicFile, SyncsBeforeItRenamesAndTheFolderLast) {
  Place place;
  FailingFileSystem recording({});
  save(recording, place.path);
  EXPECT_EQ(place.content(), kNew);
  EXPECT_EQ(place.files(), 1);
  EXPECT_THAT(
      recording.journal(),
      ElementsAre("create .state.json.tmp", "append .state.json.tmp", "append .state.json.tmp",
                  "sync .state.json.tmp", "close .state.json.tmp", "rename .state.json.tmp",
                  "sync_directory " + place.folder.path().filename().string()));
}

TEST(AtomicFile, LeavesTheOldFileWithoutCommit) {
  Place place;
  {
    AtomicFile file(FileSystem::real(), place.path);
    file.append("half of it");
    EXPECT_EQ(place.files(), 2);
  }
  EXPECT_EQ(place.content(), kOld);
  EXPECT_EQ(place.files(), 1);
}

TEST(AtomicFile, FinishesWithoutRenamingForProtocolsOfSeveralFiles) {
  Place place;
  {
    AtomicFile file(FileSystem::real(), place.path);
    file.append(kNew);
    const auto temporary = file.finish();
    EXPECT_EQ(temporary.parent_path(), place.path.parent_path());
    EXPECT_EQ(FileSystem::real().read(temporary, 1000), kNew);
    EXPECT_EQ(place.content(), kOld);
    FileSystem::real().rename(temporary, place.path);
  }
  EXPECT_EQ(place.content(), kNew);
  EXPECT_EQ(place.files(), 1);
}

TEST(AtomicFile, StandsWholeWhicheverOperationFails) {
  Place first;
  FailingFileSystem counting({});
  save(counting, first.path);
  ASSERT_EQ(counting.operations(), 7);
  for (std::int64_t k = 0; k < counting.operations(); ++k) {
    for (const bool lasting : {false, true}) {
      Place place;
      FailingFileSystem failing({.at = k, .lasting = lasting});
      EXPECT_THROW(save(failing, place.path), Error) << k;
      const bool renamed = k == counting.operations() - 1;
      EXPECT_EQ(place.content(), renamed ? kNew : kOld) << k;
      EXPECT_EQ(place.files(), lasting && !renamed && k > 0 ? 2 : 1) << k;
      save(FileSystem::real(), place.path);  // what is left over is in nobody's way
      EXPECT_EQ(place.content(), kNew) << k;
      EXPECT_EQ(place.files(), 1) << k;
    }
  }
}

TEST(AtomicFile, StandsWholeWhereverTheProcessDies) {
  for (std::int64_t k = 0; k < 7; ++k) {
    Place place;
    const pid_t child = ::fork();
    if (child == 0) {
      FailingFileSystem dying({.at = k, .fault = Fault::kExit});
      save(dying, place.path);
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == test::kFaultExitCode) << k;
    EXPECT_EQ(place.content(), k == 6 ? kNew : kOld) << k;
    save(FileSystem::real(), place.path);
    EXPECT_EQ(place.content(), kNew) << k;
    EXPECT_EQ(place.files(), 1) << k;
  }
}

TEST(AtomicFile, LeavesTheOldFileOnAFullDisk) {
  for (std::uint64_t capacity = 0; capacity < kNew.size(); ++capacity) {
    Place place;
    FailingFileSystem full({.capacity = capacity});
    try {
      save(full, place.path);
      ADD_FAILURE() << "saved " << kNew.size() << " bytes on a disk of " << capacity;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("No space left on device"));
      EXPECT_THAT(error.hint(), HasSubstr("space"));
    }
    EXPECT_EQ(place.content(), kOld);
    EXPECT_EQ(place.files(), 1);
  }
  Place place;
  FailingFileSystem just_enough({.capacity = kNew.size()});
  EXPECT_NO_THROW(save(just_enough, place.path));
}

TEST(AtomicFile, WritesIntoTheCurrentFolderByABareName) {
  const test::TempFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_atomically(FileSystem::real(), "bare.txt", "text");
  std::filesystem::current_path(before);
  EXPECT_EQ(FileSystem::real().read(folder / "bare.txt", 100), "text");
}

}  // namespace
}  // namespace carica
