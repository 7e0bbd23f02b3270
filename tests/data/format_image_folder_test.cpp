#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format_support.h"
#include "golden/masks_golden.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// train with cat and dog, val with the same, two pictures each.
class ImageFolder : public ::testing::Test {
 protected:
  ImageFolder() : config_(config_for("image_folder", folder_)) {
    for (const char* split : {"train", "val"}) {
      for (const char* name : {"dog/1.jpg", "dog/2.jpg", "cat/1.jpg", "cat/2.jpg"}) {
        put_picture(folder_ / split / name);
      }
    }
    config_.data.train_dir = "train";
    config_.data.val_dir = "val";
  }

  test::TempFolder folder_;
  config::Config config_;
};

TEST_F(ImageFolder, TakesClassesFromTheTrainSplitSortedByName) {
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(datasets.classes, ElementsAre("cat", "dog"));
  EXPECT_THAT(names_of(*datasets.train), ElementsAre("train/cat/1.jpg", "train/cat/2.jpg",
                                                     "train/dog/1.jpg", "train/dog/2.jpg"));
  EXPECT_THAT(labels_of(*datasets.val), ElementsAre(0, 0, 1, 1));
  EXPECT_EQ(datasets.test->size(), 0u);
  const Sample sample = datasets.val->load(3);
  EXPECT_EQ(sample.label, 1);
  EXPECT_EQ(sample.picture.size, (Size{8, 8}));
  EXPECT_TRUE(sample.mask.empty());
}

TEST_F(ImageFolder, TakesTheOrderOfDataClasses) {
  config_.data.classes = {"dog", "cat"};
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(datasets.classes, ElementsAre("dog", "cat"));
  EXPECT_EQ(datasets.val->item(0).name, "val/dog/1.jpg");
  EXPECT_THAT(labels_of(*datasets.val), ElementsAre(0, 0, 1, 1));
}

TEST_F(ImageFolder, ChoosesAmongTheFoldersByDataClasses) {
  put_picture(folder_ / "train/bird/1.jpg");
  config_.data.classes = {"cat", "dog"};
  EXPECT_EQ(open_datasets(config_).train->size(), 4u);
}

TEST_F(ImageFolder, FindsPicturesAtAnyDepthAndNothingElse) {
  put_picture(folder_ / "train/cat/more/3.JPEG");
  test::write_text(folder_ / "train/cat/notes.txt", "x");
  put_picture(folder_ / "train/cat/.hidden.jpg");
  put_picture(folder_ / "train/.trash/1.jpg");
  test::write_text(folder_ / "train/labels.csv", "x");
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(datasets.classes, ElementsAre("cat", "dog"));
  EXPECT_THAT(names_of(*datasets.train),
              ElementsAre("train/cat/1.jpg", "train/cat/2.jpg", "train/cat/more/3.JPEG",
                          "train/dog/1.jpg", "train/dog/2.jpg"));
}

TEST_F(ImageFolder, FollowsLinks) {
  const test::TempFolder elsewhere;
  put_picture(elsewhere / "9.jpg");
  fs::create_directory_symlink(elsewhere.path(), folder_ / "train/cat/linked");
  EXPECT_EQ(open_datasets(config_).train->size(), 5u);
}

TEST_F(ImageFolder, RefusesLinksInACircle) {
  fs::create_directory_symlink(folder_ / "train/cat", folder_ / "train/cat/again");
  EXPECT_THAT(open_error(config_).what(), HasSubstr("more than 16 folders deep"));
}

TEST_F(ImageFolder, RefusesAMissingRoot) {
  config_.data.root = (folder_ / "nowhere").string();
  const Error error = open_error(config_);
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_EQ(std::string(error.what()), "data.root = " + config_.data.root +
                                           ": no such folder; must be the folder of the data set");
  EXPECT_EQ(error.hint(), "paths are relative to where carica is started");
}

TEST_F(ImageFolder, RefusesAMissingSplitFolder) {
  config_.data.val_dir = "validation";
  const Error error = open_error(config_);
  EXPECT_THAT(error.what(), HasSubstr("validation: no such folder; must be a folder"));
  EXPECT_EQ(error.hint(), "it is looked for below data.root");
}

TEST_F(ImageFolder, RefusesARootWithoutClassFolders) {
  const test::TempFolder empty;
  put_picture(empty / "1.jpg");
  const Error error = open_error(config_for("image_folder", empty));
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("no class folders in it"));
}

TEST_F(ImageFolder, RefusesARootWhoseClassFoldersHoldNoPictures) {
  const test::TempFolder root;
  test::write_text(root / "cat/a.txt", "x");
  EXPECT_THAT(open_error(config_for("image_folder", root)).what(),
              HasSubstr("cat: no pictures in this class folder; must hold .jpg"));
}

TEST_F(ImageFolder, RefusesAnEmptyClassFolder) {
  fs::create_directory(folder_ / "train/bird");
  fs::create_directory(folder_ / "val/bird");
  const Error error = open_error(config_);
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("train/bird: no pictures in this class folder"));
}

TEST_F(ImageFolder, RefusesSplitsWithDifferentClasses) {
  put_picture(folder_ / "val/bird/1.jpg");
  fs::remove_all(folder_ / "val/dog");
  const Error error = open_error(config_);
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("val: class folders differ from the training split's: lacks "
                                      "dog, has bird besides"));
}

TEST_F(ImageFolder, RefusesAMissingClassAlsoUnderDataClasses) {
  fs::remove_all(folder_ / "val/dog");
  config_.data.classes = {"cat", "dog"};
  EXPECT_THAT(open_error(config_).what(), HasSubstr("val: class folders differ"));
}

TEST_F(ImageFolder, RefusesAClassWithoutFolder) {
  config_.data.classes = {"cat", "dgo"};
  const Error error = open_error(config_);
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("no folder for dgo of data.classes; there are cat, dog"));
  EXPECT_EQ(error.hint(), "did you mean dog?");
}

TEST_F(ImageFolder, RefusesAClassThatStandsTwice) {
  config_.data.classes = {"cat", "cat"};
  EXPECT_THAT(open_error(config_).what(), HasSubstr("stands twice"));
}

TEST_F(ImageFolder, DoesNotTakeSplitFoldersForClasses) {
  config_.data.train_dir = config_.data.val_dir = "";
  const Error error = open_error(config_);
  EXPECT_THAT(error.what(), HasSubstr("its folders are splits (train, val), not classes"));
  EXPECT_THAT(error.hint(), HasSubstr("train_dir: train"));
}

TEST_F(ImageFolder, NamesSplitFoldersAsTheyAreCalled) {
  fs::rename(folder_ / "val", folder_ / "valid");
  config_.data.train_dir = config_.data.val_dir = config_.data.test_dir = "";
  EXPECT_EQ(open_error(config_).hint(), "name them: data: {train_dir: train, val_dir: valid}");
}

TEST_F(ImageFolder, NamesTheBadPictureWhenItIsLoaded) {
  put_bytes(folder_ / "train/cat/1.jpg", {});
  const Datasets datasets = open_datasets(config_);
  const Error error = error_of([&] { datasets.train->load(0); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("train/cat/1.jpg: is empty"));
  EXPECT_NO_THROW(datasets.train->load(1));
}

TEST_F(ImageFolder, IsDividedBySharesWithoutSplitFolders) {
  const test::TempFolder root;
  for (int i = 0; i < 10; ++i) {
    put_picture(root / ("cat/" + std::to_string(i) + ".jpg"));
    put_picture(root / ("dog/" + std::to_string(i) + ".jpg"));
  }
  const Datasets datasets = open_datasets(config_for("image_folder", root));
  EXPECT_EQ(datasets.train->size(), 14u);
  EXPECT_EQ(datasets.val->size(), 2u);
  EXPECT_EQ(datasets.test->size(), 4u);
  EXPECT_THAT(labels_of(*datasets.val), ElementsAre(0, 1));
}

TEST(ImageFolderOfTiff, IsListedOnRequestAlone) {
  const test::TempFolder root;
  for (int i = 0; i < 10; ++i) put_bytes(root / ("x/" + std::to_string(i) + ".tif"), golden::kTiff);
  auto config = config_for("image_folder", root);
  EXPECT_THAT(open_error(config).what(), HasSubstr("no pictures in this class folder"));
  config.data.allow_tiff = true;
  EXPECT_EQ(open_datasets(config).train->load(0).picture.size, (Size{4, 6}));
}

}  // namespace
}  // namespace carica::data
