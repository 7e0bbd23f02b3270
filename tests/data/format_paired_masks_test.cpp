#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format_support.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Two pairs with classes 0..2 in train, one in val.
class PairedMasks : public ::testing::Test {
 protected:
  PairedMasks() : config_(config_for("paired_masks", folder_, config::Task::kSegment)) {
    config_.data.classes = {"sky", "road", "car"};
    config_.data.train_dir = "train";
    config_.data.val_dir = "val";
    put_pair("train", "a");
    put_pair("train", "b");
    put_pair("val", "c");
  }
  void put_pair(const std::string& split, const std::string& stem) {
    put_picture(folder_ / split / ("images/" + stem + ".jpg"));
    put_mask(folder_ / split / ("masks/" + stem + ".png"), counting_mask({8, 8}, 3));
  }

  test::TempFolder folder_;
  config::Config config_;
};

TEST_F(PairedMasks, FindsPairsInSplitFolders) {
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(datasets.classes, ElementsAre("sky", "road", "car"));
  EXPECT_THAT(names_of(*datasets.train), ElementsAre("train/images/a.jpg", "train/images/b.jpg"));
  EXPECT_THAT(names_of(*datasets.val), ElementsAre("val/images/c.jpg"));
  EXPECT_EQ(datasets.test->size(), 0u);
  const Sample sample = datasets.train->load(1);
  EXPECT_EQ(sample.label, -1);
  EXPECT_EQ(sample.picture.size, (Size{8, 8}));
  EXPECT_EQ(sample.mask.values, counting_mask({8, 8}, 3).values);
}

TEST_F(PairedMasks, AreDividedBySharesWithoutSplitFolders) {
  const test::TempFolder root;
  for (int i = 0; i < 10; ++i) {
    put_picture(root / ("images/" + std::to_string(i) + ".jpg"));
    put_mask(root / ("masks/" + std::to_string(i) + ".png"), counting_mask({8, 8}, 3));
  }
  config_.data.root = root.path().string();
  config_.data.train_dir = config_.data.val_dir = "";
  const Datasets datasets = open_datasets(config_);
  EXPECT_EQ(datasets.train->size(), 7u);
  EXPECT_EQ(datasets.val->size(), 1u);
  EXPECT_EQ(datasets.test->size(), 2u);
}

TEST_F(PairedMasks, MatchPatternsWithFoldersInTheStem) {
  put_picture(folder_ / "left/train/aachen/1_left.png");
  put_mask(folder_ / "labels/train/aachen/1_labels.png", counting_mask({8, 8}, 3));
  config_.data.train_dir = config_.data.val_dir = "";
  config_.data.images = "left/train/{stem}_left.png";
  config_.data.masks = "labels/train/{stem}_labels.png";
  config_.data.split = {1, 0, 0, true, "", 0};
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(names_of(*datasets.train), ElementsAre("left/train/aachen/1_left.png"));
  EXPECT_NO_THROW(datasets.train->load(0));
}

TEST_F(PairedMasks, MayLieBesideTheirPictures) {
  const test::TempFolder root;
  for (const char* stem : {"a", "b"}) {
    put_picture(root / (std::string(stem) + ".png"));
    put_mask(root / (std::string(stem) + "_mask.png"), counting_mask({8, 8}, 3));
  }
  config_.data.root = root.path().string();
  config_.data.train_dir = config_.data.val_dir = "";
  config_.data.images = "{stem}.png";
  config_.data.masks = "{stem}_mask.png";
  config_.data.split = {1, 0, 0, true, "", 0};
  EXPECT_THAT(names_of(*open_datasets(config_).train), ElementsAre("a.png", "b.png"));
}

// root/images/train/a.jpg + root/masks/train/a.png and so on.
class SplitsBelowPictures : public PairedMasks {
 protected:
  SplitsBelowPictures() {
    for (const char* stem : {"train/a", "train/city/b", "val/c", "test/d"}) put(stem);
    config_.data.root = root_.path().string();
    config_.data.images = "images/{split}/{stem}.jpg";
    config_.data.masks = "masks/{split}/{stem}.png";
    config_.data.test_dir = "test";
  }
  void put(const std::string& stem) {
    put_picture(root_ / ("images/" + stem + ".jpg"));
    put_mask(root_ / ("masks/" + stem + ".png"), counting_mask({8, 8}, 3));
  }
  /// What opening says on stderr.
  std::string warnings() {
    ::testing::internal::CaptureStderr();
    open_datasets(config_);
    return ::testing::internal::GetCapturedStderr();
  }
  void divide_at_random() {
    config_.data.images = "images/{stem}.jpg";
    config_.data.masks = "masks/{stem}.png";
    config_.data.train_dir = config_.data.val_dir = config_.data.test_dir = "";
  }

  test::TempFolder root_;
};

TEST_F(SplitsBelowPictures, AreKept) {
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(names_of(*datasets.train),
              ElementsAre("images/train/a.jpg", "images/train/city/b.jpg"));
  EXPECT_THAT(names_of(*datasets.val), ElementsAre("images/val/c.jpg"));
  EXPECT_THAT(names_of(*datasets.test), ElementsAre("images/test/d.jpg"));
  EXPECT_TRUE(datasets.train->item(1).mask.ends_with("masks/train/city/b.png"));
  EXPECT_EQ(datasets.test->load(0).mask.values, counting_mask({8, 8}, 3).values);
}

TEST_F(SplitsBelowPictures, MayStandAnywhereInThePatterns) {
  put_picture(root_ / "train2017/left_train2017_a.jpg");
  put_mask(root_ / "maps/a_train2017.png", counting_mask({8, 8}, 3));
  config_.data.images = "{split}/left_{split}_{stem}.jpg";
  config_.data.masks = "maps/{stem}_{split}.png";
  config_.data.train_dir = "train2017";
  config_.data.val_dir = config_.data.test_dir = "";
  EXPECT_THAT(names_of(*open_datasets(config_).train),
              ElementsAre("train2017/left_train2017_a.jpg"));
}

TEST_F(SplitsBelowPictures, AreCheckedAlone) {
  fs::remove(root_ / "masks/val/c.png");
  EXPECT_THAT(open_error(config_).what(),
              HasSubstr("images/val/c.jpg: picture without mask; there is no "));
  config_.data.val_dir = "valid";
  EXPECT_THAT(open_error(config_).what(), HasSubstr("images/valid/: no such folder"));
}

TEST_F(SplitsBelowPictures, AreHintedAtWhereTheFolderIsMissing) {
  config_.data.images = "images/{stem}.jpg";
  config_.data.masks = "masks/{stem}.png";
  const Error error = open_error(config_);
  EXPECT_THAT(error.what(), HasSubstr("train: no such folder"));
  EXPECT_THAT(error.hint(), HasSubstr("images: \"images/{split}/{stem}.jpg\", masks: "
                                      "\"masks/{split}/{stem}.png\""));
}

TEST_F(SplitsBelowPictures, AreSaidToBeDividedAtRandom) {
  divide_at_random();
  const std::string said = warnings();
  EXPECT_THAT(said, HasSubstr("data.split divides the pictures below test, train, val at random"));
  EXPECT_THAT(said, HasSubstr("data: {images: \"images/{split}/{stem}.jpg\", masks: "
                              "\"masks/{split}/{stem}.png\", train_dir: train, val_dir: val, "
                              "test_dir: test}"));
  EXPECT_EQ(said.find("at random"), said.rfind("at random"));
}

TEST_F(SplitsBelowPictures, AreNotSaidToBeWhereOtherFoldersStandBeside) {
  divide_at_random();
  put("extra/e");
  EXPECT_EQ(warnings(), "");
  fs::remove_all(root_ / "images/extra");
  fs::remove_all(root_ / "masks/extra");
  put("e");
  EXPECT_EQ(warnings(), "");
}

TEST_F(SplitsBelowPictures, AreNotSaidToBeWhereAFileDivides) {
  divide_at_random();
  config_.data.split.file = (root_ / "split.csv").string();
  test::write_text(root_ / "split.csv",
                   "name,label,split\nimages/train/a.jpg,,train\nimages/train/city/b.jpg,,val\n"
                   "images/val/c.jpg,,test\nimages/test/d.jpg,,train\n");
  EXPECT_EQ(warnings(), "");
}

// Pictures of several endings.
class AnyEnding : public PairedMasks {
 protected:
  AnyEnding() {
    config_.data.root = root_.path().string();
    config_.data.images = "images/{stem}.*";
    config_.data.train_dir = config_.data.val_dir = "";
    config_.data.split = {1, 0, 0, true, "", 0};
    for (const char* name : {"a.jpg", "a-2.png", "b.v1.JPEG", "city/c.Bmp"}) {
      put_picture(root_ / "images" / name);
    }
    for (const char* stem : {"a", "a-2", "b.v1", "city/c"}) {
      put_mask(root_ / "masks" / (std::string(stem) + ".png"), counting_mask({8, 8}, 3));
    }
    test::write_text(root_ / "images/notes.txt", "");
    test::write_text(root_ / "images/a.txt", "");
  }

  test::TempFolder root_;
};

TEST_F(AnyEnding, IsFoundForEachStem) {
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(names_of(*datasets.train), ElementsAre("images/a.jpg", "images/a-2.png",
                                                     "images/b.v1.JPEG", "images/city/c.Bmp"));
  EXPECT_TRUE(datasets.train->item(2).mask.ends_with("masks/b.v1.png"));
}

TEST_F(AnyEnding, StandsForMasksToo) {
  fs::rename(root_ / "masks/a.png", root_ / "masks/a_m.BMP");
  config_.data.masks = "masks/{stem}_m.*";
  for (const char* stem : {"a-2", "b.v1", "city/c"}) {
    const std::string mask = (root_ / "masks" / stem).string();
    fs::rename(mask + ".png", mask + "_m.png");
  }
  EXPECT_TRUE(open_datasets(config_).train->item(0).mask.ends_with("masks/a_m.BMP"));
  fs::remove(root_ / "masks/a_m.BMP");
  EXPECT_THAT(open_error(config_).what(), HasSubstr("images/a.jpg: picture without mask; "));
  EXPECT_THAT(open_error(config_).what(), HasSubstr("masks/a_m.*"));
}

TEST_F(AnyEnding, IsATiffsWhereTheyAreAllowed) {
  fs::rename(root_ / "images/a.jpg", root_ / "images/a.tif");
  EXPECT_THAT(open_error(config_).what(), HasSubstr("masks/a.png: mask without picture"));
  config_.data.allow_tiff = true;
  EXPECT_EQ(names_of(*open_datasets(config_).train).front(), "images/a.tif");
}

TEST_F(AnyEnding, MustBeOneForEachStem) {
  put_picture(root_ / "images/a.webp");
  const Error error = open_error(config_);
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("images/a.jpg: has the stem of a.webp beside it; data.images "
                                      "= images/{stem}.* must find one file for each stem"));
}

TEST_F(AnyEnding, IsThePicturesWhereTheMaskBesideHasItsOwn) {
  for (const char* stem : {"x", "y"}) {
    put_mask(root_ / "all" / (std::string(stem) + ".png"), counting_mask({8, 8}, 3));
  }
  put_picture(root_ / "all/x.jpg");
  put_picture(root_ / "all/y.jpeg");
  config_.data.images = "all/{stem}.*";
  config_.data.masks = "all/{stem}.png";
  EXPECT_THAT(names_of(*open_datasets(config_).train), ElementsAre("all/x.jpg", "all/y.jpeg"));
}

TEST_F(AnyEnding, IsFoundForTheStemsOfLists) {
  config_.data.split = {};
  config_.data.lists = {"train.txt", "val.txt", ""};
  test::write_text(root_ / "train.txt", "a\ncity/c\n");
  test::write_text(root_ / "val.txt", "images/b.v1.JPEG\nimages/a-2.png masks/a-2.png\n");
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(names_of(*datasets.train), ElementsAre("images/a.jpg", "images/city/c.Bmp"));
  EXPECT_THAT(names_of(*datasets.val), ElementsAre("images/b.v1.JPEG", "images/a-2.png"));
  EXPECT_TRUE(datasets.val->item(0).mask.ends_with("masks/b.v1.png"));
  put_picture(root_ / "images/b.v1.png");  // a list that names the file itself means that one
  EXPECT_NO_THROW(open_datasets(config_));
  test::write_text(root_ / "train.txt", "a\nb.v1\n");
  EXPECT_THAT(open_error(config_).what(),
              AllOf(StartsWith("train.txt:2: "),
                    HasSubstr("images/b.v1.JPEG: has the stem of b.v1.png beside it")));
  test::write_text(root_ / "train.txt", "z\n");
  EXPECT_THAT(open_error(config_).what(), HasSubstr("train.txt:1: images/z.*: no such file"));
  test::write_text(root_ / "train.txt", "../z\n");
  EXPECT_THAT(open_error(config_).what(), HasSubstr("paths must stay inside "));
}

TEST_F(PairedMasks, RefusesAPictureWithoutMask) {
  fs::remove(folder_ / "train/masks/b.png");
  put_picture(folder_ / "train/images/z.jpg");
  const Error error = open_error(config_);
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("train/images/b.jpg: picture without mask; there is no "));
  EXPECT_THAT(error.what(), HasSubstr("train/masks/b.png (and 1 more)"));
}

TEST_F(PairedMasks, RefusesAMaskWithoutPicture) {
  fs::remove(folder_ / "val/images/c.jpg");
  put_pair("val", "d");
  const Error error = open_error(config_);
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("val/masks/c.png: mask without picture; there is no "));
}

TEST_F(PairedMasks, RefusesAMaskOfAnotherSize) {
  put_mask(folder_ / "train/masks/a.png", counting_mask({8, 9}, 3));
  const Datasets datasets = open_datasets(config_);
  const Error error = error_of([&] { datasets.train->load(0); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("masks/a.png: mask of 9x8; must be 8x8 as its picture "));
}

TEST_F(PairedMasks, RefusesAnUnknownValueWhenLoaded) {
  put_mask(folder_ / "train/masks/a.png", counting_mask({8, 8}, 4));
  const Datasets datasets = open_datasets(config_);
  const Error error = error_of([&] { datasets.train->load(0); });
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(
      error.what(),
      HasSubstr("train/masks/a.png: value 3 in 25.00% of the mask's pixels; must be a class "
                "0..2 or 255 (ignored)"));
}

TEST_F(PairedMasks, NeedsClassNames) {
  config_.data.classes.clear();
  const Error error = open_error(config_);
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_THAT(error.what(), HasSubstr("data.classes: is empty; must name the mask values"));
}

TEST_F(PairedMasks, NeedsOneStemInEachPattern) {
  config_.data.masks = "masks/*.png";
  EXPECT_THAT(open_error(config_).what(),
              HasSubstr("data.masks = masks/*.png: must have {stem} in it, once"));
  config_.data.masks = "{stem}/{stem}.png";
  EXPECT_EQ(open_error(config_).code(), ErrorCode::kConfig);
}

TEST_F(PairedMasks, RefusesPatternsThatFindNothing) {
  config_.data.images = "images/{stem}.jpeg";
  EXPECT_THAT(open_error(config_).what(), HasSubstr("no pictures match data.images"));
  config_.data.images = "pictures/{stem}.jpg";
  EXPECT_THAT(open_error(config_).what(), HasSubstr("pictures/: no such folder; must be a folder"));
}

TEST_F(PairedMasks, WarnsWhenTheIgnoreValueMayBeTheObject) {
  for (const char* stem : {"a", "b"}) {
    Mask mask = counting_mask({8, 8}, 2);
    for (auto& value : mask.values) value = static_cast<std::uint8_t>(value * 255);
    put_mask(folder_ / "train/masks" / (std::string(stem) + ".png"), mask);
  }
  ::testing::internal::CaptureStderr();
  open_datasets(config_);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("declare data.mask.encoding: binary"));
  config_.data.mask.encoding = "binary";
  EXPECT_THAT(open_error(config_).what(), HasSubstr("data.mask.encoding = binary"));
  config_.data.classes = {"ground", "thing"};
  EXPECT_EQ(open_datasets(config_).train->load(0).mask.values, counting_mask({8, 8}, 2).values);
}

}  // namespace
}  // namespace carica::data
