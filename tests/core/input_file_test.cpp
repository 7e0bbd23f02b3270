#include "core/input_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <vector>

#include "support/temp_folder.h"
#include "support/text_file.h"

namespace carica {
namespace {

std::string text(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

TEST(InputFile, ReadsAnyPartOfAFile) {
  const test::TempFolder folder;
  const auto path = folder.path() / "a.txt";
  test::write_text(path, "0123456789");
  InputFile file;
  ASSERT_EQ(file.open(path.c_str()), 0);
  EXPECT_EQ(file.size(), 10u);
  std::vector<std::uint8_t> bytes(4);
  EXPECT_EQ(file.read(3, bytes), 0);
  EXPECT_EQ(text(bytes), "3456");
  EXPECT_EQ(file.read(7, bytes), ENODATA);
  file.fetch();
}

TEST(InputFile, RefusesWhatIsNoRegularFile) {
  const test::TempFolder folder;
  InputFile file;
  MappedFile mapped;
  EXPECT_EQ(file.open((folder.path() / "missing").c_str()), ENOENT);
  EXPECT_EQ(file.open(folder.path().c_str()), EISDIR);
  const auto pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(file.open(pipe.c_str()), ENODEV);
  EXPECT_EQ(mapped.open(pipe.c_str()), ENODEV);
}

TEST(MappedFile, ShowsTheBytes) {
  const test::TempFolder folder;
  test::write_text(folder.path() / "a", "abc");
  test::write_text(folder.path() / "empty", "");
  MappedFile file;
  ASSERT_EQ(file.open((folder.path() / "a").c_str()), 0);
  EXPECT_EQ(text(file.bytes()), "abc");
  ASSERT_EQ(file.open((folder.path() / "empty").c_str()), 0);
  EXPECT_TRUE(file.bytes().empty());
}

TEST(MappedFile, KeepsWhatIsWrittenToAPrivateOneFromTheFile) {
  const test::TempFolder folder;
  test::write_text(folder.path() / "a", "abc");
  MappedFile file;
  ASSERT_EQ(file.open((folder.path() / "a").c_str(), MappedFile::Access::kPrivate), 0);
  const_cast<std::uint8_t&>(file.bytes()[1]) = 'x';
  EXPECT_EQ(text(file.bytes()), "axc");
  EXPECT_EQ(test::read_text(folder.path() / "a"), "abc");
}

}  // namespace
}  // namespace carica
