#include "core/path_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/error.h"
#include "core/file_system.h"
#include "support/temp_folder.h"

namespace carica {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

// A data set in `root`, and something private beside it.
class PathGuard : public ::testing::Test {
 protected:
  PathGuard() {
    fs::create_directories(root / "images/deep");
    fs::create_directories(folder / "root2");
    write_file(FileSystem::real(), root / "images/a.png", "");
    write_file(FileSystem::real(), folder / "secret", "");
  }

  std::string refusal(std::string_view relative) const {
    try {
      const auto path = resolve_inside(root, relative);
      return "accepted as " + path.string();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kData);
      return error.what();
    }
  }

  test::TempFolder folder;
  fs::path root = folder / "root";
};

TEST_F(PathGuard, JoinsPathsThatStayInside) {
  EXPECT_EQ(resolve_inside(root, "images/a.png"), root / "images/a.png");
  EXPECT_EQ(resolve_inside(root, "./images//a.png"), root / "./images//a.png");
  EXPECT_EQ(resolve_inside(root, "not/there/yet.png"), root / "not/there/yet.png");
  EXPECT_EQ(resolve_inside(root, "..hidden"), root / "..hidden");
  EXPECT_EQ(resolve_inside(folder / "not-there", "a"), folder / "not-there" / "a");
}

TEST_F(PathGuard, RefusesPathsThatLeaveInTheirText) {
  EXPECT_THAT(refusal("/etc/passwd"), HasSubstr("an absolute path"));
  EXPECT_THAT(refusal("../secret"), HasSubstr("\"..\""));
  EXPECT_THAT(refusal("images/../../secret"), HasSubstr("\"..\""));
  EXPECT_THAT(refusal("images/.."), HasSubstr("\"..\""));
  EXPECT_THAT(refusal(""), HasSubstr("empty"));
  EXPECT_THAT(refusal(std::string_view("images/a.png\0.jpg", 17)), HasSubstr("NUL"));
  EXPECT_THAT(refusal(std::string(5000, 'a')), HasSubstr("4,095"));
  EXPECT_LT(refusal(std::string(5000, 'a')).size(), 500U);
  EXPECT_THAT(refusal(std::string(300, 'a')), HasSubstr("File name too long"));
  EXPECT_THAT(refusal("../a\n\x1b[2J"), Not(HasSubstr("\x1b")));
}

TEST_F(PathGuard, FollowsLinksThatStayInside) {
  fs::create_symlink("images", root / "pictures");
  EXPECT_EQ(resolve_inside(root, "pictures/a.png"), root / "pictures/a.png");
  fs::create_directory_symlink(root, folder / "alias");  // the root itself may be a link
  EXPECT_EQ(resolve_inside(folder / "alias", "images/a.png"), folder / "alias" / "images/a.png");
}

TEST_F(PathGuard, RefusesLinksThatLeadOut) {
  fs::create_symlink(folder / "secret", root / "link");
  EXPECT_THAT(refusal("link"), HasSubstr("leads out"));
  fs::create_directory_symlink("../..", root / "images/deep/up");
  EXPECT_EQ(refusal("images/deep/up/a.png"),
            "accepted as " + (root / "images/deep/up/a.png").string());
  fs::create_directory_symlink("../../..", root / "images/deep/out");
  EXPECT_THAT(refusal("images/deep/out/secret"), HasSubstr("leads out"));
  EXPECT_THAT(refusal("images/deep/out/new"), HasSubstr("leads out"));
  fs::create_directory_symlink(folder / "root2",
                               root / "sibling");  // its name begins like the root's
  EXPECT_THAT(refusal("sibling/x"), HasSubstr("leads out"));
}

TEST_F(PathGuard, RefusesLinksToNowhereAndInCircles) {
  fs::create_symlink(folder / "not-there", root / "broken");
  EXPECT_THAT(refusal("broken"), HasSubstr("a broken link"));
  EXPECT_THAT(refusal("broken/x.png"), HasSubstr("a broken link"));
  fs::create_symlink("circle", root / "circle");
  EXPECT_THAT(refusal("circle"), Not(HasSubstr("accepted")));
}

}  // namespace
}  // namespace carica
