#include "train/run_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "support/temp_folder.h"

namespace carica::test {
namespace {

using train::RunDirectory;

TEST(RunDirectory, IsNeverUsedTwice) {
  TempFolder folder;
  auto& fs = FileSystem::real();
  const auto first = RunDirectory::create(fs, folder / "runs", "classify", "cnn");
  const auto second = RunDirectory::create(fs, folder / "runs", "classify", "cnn");
  EXPECT_EQ(first.path(), folder / "runs/classify/cnn");
  EXPECT_EQ(second.path(), folder / "runs/classify/cnn-2");
  EXPECT_EQ(std::filesystem::canonical(folder / "runs/latest"),
            std::filesystem::canonical(second.path()));
}

TEST(RunDirectory, GivesTheNameOfTheLatestBack) {
  TempFolder folder;
  auto& fs = FileSystem::real();
  const auto first = RunDirectory::create(fs, folder / "runs", "classify", "cnn");
  RunDirectory::create(fs, folder / "runs", "classify", "cnn").give_latest_back();
  EXPECT_EQ(std::filesystem::canonical(folder / "runs/latest"),
            std::filesystem::canonical(first.path()));
  first.give_latest_back();  // there was none before it
  EXPECT_FALSE(std::filesystem::exists(folder / "runs/latest"));
}

TEST(RunDirectory, IsBusyWhileSomebodyWorksInIt) {
  TempFolder folder;
  auto& fs = FileSystem::real();
  {
    const auto run = RunDirectory::create(fs, folder / "runs", "classify", "cnn");
    run.write("config.resolved.yaml", "name: cnn\n");
    try {
      RunDirectory::open(fs, run.path());
      FAIL() << "a second one was let in";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kBusy);
      EXPECT_THAT(error.what(), testing::HasSubstr("another process works in this run directory"));
    }
  }
  EXPECT_NO_THROW(RunDirectory::open(fs, folder / "runs/classify/cnn"));
}

TEST(RunDirectory, SaysWhenAFolderIsNoRun) {
  TempFolder folder;
  try {
    RunDirectory::open(FileSystem::real(), folder.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUsage);
    EXPECT_THAT(error.what(), testing::HasSubstr("not a run directory"));
  }
}

}  // namespace
}  // namespace carica::test
