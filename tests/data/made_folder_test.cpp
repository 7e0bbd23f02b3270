#include "data/generated/made_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format_support.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const MadeSet kSet = {"papaya", 2, 32, 0};

MadeFolder opened(const fs::path& folder, const MadeSet& set = kSet) {
  return {FileSystem::real(), folder, set};
}

void make(const fs::path& folder) {
  auto made = opened(folder);
  made.begin();
  fs::create_directories(folder / "images");
  for (const char* name : {"images/0.jpg", "images/1.jpg"}) test::write_text(folder / name, name);
  made.finish();
}

TEST(MadeFolder, IsBegunWhereNothingIs) {
  const test::TempFolder folder;
  EXPECT_FALSE(opened(folder / "new").complete());
  EXPECT_FALSE(fs::exists(folder / "new"));
  EXPECT_FALSE(opened(folder.path()).complete());
}

TEST(MadeFolder, IsCompleteForTheSameSetAlone) {
  const test::TempFolder folder;
  make(folder.path());
  EXPECT_TRUE(opened(folder.path()).complete());
  for (const MadeSet& other : {MadeSet{"papaya", 3, 32, 0}, MadeSet{"papaya", 2, 64, 0},
                               MadeSet{"papaya", 2, 32, 1}, MadeSet{"idd", 2, 32, 0}}) {
    const auto error = error_of([&] { opened(folder.path(), other); });
    EXPECT_EQ(error.code(), ErrorCode::kUsage);
    EXPECT_THAT(error.what(), HasSubstr(R"(holds another data set, {"name":"papaya","count":2,)"));
    EXPECT_THAT(error.hint(), HasSubstr("another --out, or remove the folder"));
  }
}

TEST(MadeFolder, IsMadeAgainAfterAnInterruptionOrWhenFilesAreGone) {
  const test::TempFolder folder;
  opened(folder.path()).begin();
  test::write_text(folder / "0.jpg", "half a file");
  EXPECT_FALSE(opened(folder.path()).complete());
  const test::TempFolder other;
  make(other.path());
  fs::remove(other / "images/1.jpg");
  EXPECT_FALSE(opened(other.path()).complete());
}

TEST(MadeFolder, IsNotTakenFromOtherFiles) {
  const test::TempFolder folder;
  test::write_text(folder / "photo.jpg", "mine");
  EXPECT_THAT(error_of([&] { opened(folder.path()); }).what(),
              HasSubstr("holds files that were not made by this command; must be empty"));
  for (const char* text : {"", "no JSON", "[]", "{}", R"({"files": -1})"}) {
    test::write_text(folder / "made.json", text);
    EXPECT_EQ(error_of([&] { opened(folder.path()); }).code(), ErrorCode::kUsage) << text;
  }
}

}  // namespace
}  // namespace carica::data
