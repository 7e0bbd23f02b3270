#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format_support.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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
  EXPECT_THAT(open_error(config_).what(), HasSubstr("pictures/: no such folder"));
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
  EXPECT_EQ(open_datasets(config_).train->load(0).mask.values, counting_mask({8, 8}, 2).values);
}

}  // namespace
}  // namespace carica::data
