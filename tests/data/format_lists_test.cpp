#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/files/list_file.h"
#include "data/listed_files.h"
#include "format_support.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal(std::string_view text) {
  return error_of([&] { parse_list(text, "l.txt"); }).what();
}

TEST(Lists, SkipWhatIsEmptyAndCountLines) {
  const std::string text =
      "\xEF\xBB\xBF"
      "a\r\n\r\n  b c \nd";
  const auto lines = parse_list(text, "l.txt");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].text, "a");
  EXPECT_EQ(lines[1].text, "b c");
  EXPECT_EQ(lines[1].number, 3u);
  EXPECT_THAT(fields_of("b  c"), ElementsAre("b", "c"));
  EXPECT_THAT(fields_of("with blank.jpg\tm 1.png"), ElementsAre("with blank.jpg", "m 1.png"));
}

TEST(Lists, RefuseHostileSizes) {
  EXPECT_THAT(refusal(""), HasSubstr("l.txt: names nothing"));
  EXPECT_THAT(refusal(std::string("a\0b", 3)), HasSubstr("l.txt:1: has a NUL byte"));
  EXPECT_THAT(refusal("a\n" + std::string(2 << 20, 'x')),
              HasSubstr("l.txt:2: a line of 2.0 MiB; at most 1.0 MiB"));
  std::string many;
  many.reserve(22'000'000);
  for (int i = 0; i <= 10'000'000; ++i) many += "a\n";
  EXPECT_THAT(refusal(many), HasSubstr("l.txt:10000001: more than 10000000 lines"));
}

// A data root beside a file that nothing may open.
class HostilePaths : public ::testing::Test {
 protected:
  HostilePaths() {
    put_picture(folder_ / "secret.jpg");
    put_picture(folder_ / "outside/secret.jpg");
    put_picture(root_ / "images/a.jpg");
    fs::create_symlink("../../secret.jpg", root_ / "images/link.jpg");
    fs::create_directory_symlink("../../outside", root_ / "images/away");
    fs::create_symlink("a.jpg", root_ / "images/inner.jpg");
    config_ = config_for("csv", folder_);
    config_.data.root = root_.string();
  }
  Error error_for(const std::string& path) {
    test::write_text(root_ / "labels.csv", "path,label\n\"" + path + "\",x\n");
    return open_error(config_);
  }

  test::TempFolder folder_;
  fs::path root_ = folder_ / "root";
  config::Config config_;
};

TEST_F(HostilePaths, NeverLeadOutOfTheRoot) {
  for (const std::string path :
       {"../secret.jpg", "images/../../secret.jpg", "images/link.jpg", "images/away/secret.jpg"}) {
    const Error error = error_for(path);
    EXPECT_EQ(error.code(), ErrorCode::kData) << path;
    EXPECT_THAT(error.what(), HasSubstr("labels.csv:2: " + path)) << path;
    EXPECT_THAT(error.what(), HasSubstr("paths must stay inside ")) << path;
  }
  EXPECT_THAT(error_for((folder_ / "secret.jpg").string()).what(), HasSubstr("an absolute path"));
  EXPECT_THAT(error_for("images/" + std::string(5000, 'x')).what(),
              HasSubstr("a path of more than 4,095 bytes"));
  EXPECT_THAT(error_for("").what(), HasSubstr("an empty path"));
  EXPECT_THAT(error_for(std::string("images/a.jpg\0.png", 17)).what(), HasSubstr("a NUL byte"));
  EXPECT_THAT(error_for("images").what(), HasSubstr("images: is a folder; must be a file"));
  EXPECT_THAT(error_for("images/\x01z.jpg").what(), HasSubstr("images/\\x01z.jpg: no such file"));
}

TEST_F(HostilePaths, MayBeLinksThatStayInside) {
  test::write_text(root_ / "labels.csv",
                   "path,label,split\nimages/inner.jpg,x,train\nimages/a.jpg,x,val\n");
  EXPECT_EQ(open_datasets(config_).train->load(0).picture.size, (Size{8, 8}));
}

TEST_F(HostilePaths, AreRefusedInListsToo) {
  config_.data.format = "paired_masks";
  config_.task = config::Task::kSegment;
  config_.data.classes = {"x"};
  config_.data.lists.train = "train.txt";
  for (const char* line :
       {"../secret", "images/a.jpg ../secret.jpg", "images/link.jpg images/a.jpg",
        "images/a.jpg images/away/secret.jpg", "images/a.jpg /etc/hostname"}) {
    test::write_text(root_ / "train.txt", std::string(line) + "\n");
    EXPECT_THAT(open_error(config_).what(), HasSubstr("paths must stay inside ")) << line;
  }
  config_.data.lists.train = "../train.txt";
  EXPECT_THAT(open_error(config_).what(), HasSubstr("paths must stay inside "));
}

TEST_F(HostilePaths, OfWindowsAreNotTaken) {
  const Error error = error_for("images\\a.jpg");
  EXPECT_THAT(error.what(), HasSubstr("images\\a.jpg: no such file"));
  EXPECT_EQ(error.hint(), "folders are divided by /, not by \\ as on Windows");
}

TEST_F(HostilePaths, KeepNamesThatAreNoUtf8) {
  const std::string name = "images/caf\xE9.jpg";
  put_picture(root_ / name);
  test::write_text(root_ / "labels.csv",
                   "path,label,split\n" + name + ",x,train\nimages/a.jpg,x,val\n");
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(names_of(*datasets.train), ElementsAre(name));
  EXPECT_NO_THROW(datasets.train->load(0));
  fs::remove(root_ / name);
  EXPECT_THAT(open_error(config_).what(), HasSubstr("images/caf\\xe9.jpg: no such file"));
}

class PairedLists : public ::testing::Test {
 protected:
  PairedLists() : config_(config_for("paired_masks", folder_, config::Task::kSegment)) {
    config_.data.classes = {"a", "b", "c"};
    config_.data.lists = {"lists/train.txt", "lists/val.txt", ""};
    for (const char* stem : {"x/1", "x/2", "3"}) {
      put_picture(folder_ / ("images/" + std::string(stem) + ".jpg"));
      put_mask(folder_ / ("masks/" + std::string(stem) + ".png"), counting_mask({8, 8}, 3));
    }
  }

  test::TempFolder folder_;
  config::Config config_;
};

TEST_F(PairedLists, NameStemsPicturesOrPairs) {
  test::write_text(folder_ / "lists/train.txt", "x/1\nimages/x/2.jpg\n");
  test::write_text(folder_ / "lists/val.txt", "images/3.jpg masks/x/1.png\n");
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(names_of(*datasets.train), ElementsAre("images/x/1.jpg", "images/x/2.jpg"));
  EXPECT_THAT(names_of(*datasets.val), ElementsAre("images/3.jpg"));
  EXPECT_TRUE(datasets.train->item(1).mask.ends_with("masks/x/2.png"));
  EXPECT_TRUE(datasets.val->item(0).mask.ends_with("masks/x/1.png"));
  EXPECT_EQ(datasets.test->size(), 0u);
}

TEST_F(PairedLists, AreCheckedLineByLine) {
  test::write_text(folder_ / "lists/val.txt", "3\n");
  test::write_text(folder_ / "lists/train.txt", "x/1\nx/9\n");
  EXPECT_THAT(open_error(config_).what(),
              HasSubstr("lists/train.txt:2: images/x/9.jpg: no such file"));
  test::write_text(folder_ / "lists/train.txt", "x/1\nx/1\n");
  EXPECT_THAT(open_error(config_).what(), HasSubstr("images/x/1.jpg stands twice"));
  test::write_text(folder_ / "lists/train.txt", "x/1\n./images//x/1.jpg masks/x/1.png\n");
  EXPECT_THAT(open_error(config_).what(), HasSubstr("images/x/1.jpg stands twice"));
  test::write_text(folder_ / "lists/train.txt", "a b c\n");
  EXPECT_THAT(open_error(config_).what(), HasSubstr("lists/train.txt:1: 3 fields"));
  config_.data.lists.train = "lists/none.txt";
  EXPECT_THAT(open_error(config_).what(), HasSubstr("lists/none.txt: no such file"));
}

}  // namespace
}  // namespace carica::data
