#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format_support.h"

namespace carica::data {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::size_t kRecord = 3073;

// `count` records; record i has label i % 3, red i, green 100 + i, blue by column.
std::string records(int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    bytes += static_cast<char>(i % 3);
    bytes += std::string(1024, static_cast<char>(i));
    bytes += std::string(1024, static_cast<char>(100 + i));
    for (int p = 0; p < 1024; ++p) bytes += static_cast<char>(p % 32);
  }
  return bytes;
}

class CifarBinary : public ::testing::Test {
 protected:
  CifarBinary() : config_(config_for("cifar", folder_)) {
    test::write_text(folder_ / "batches.meta.txt", "airplane\nautomobile\r\nbird\n\n");
    for (int batch = 1; batch <= 5; ++batch) {
      test::write_text(folder_ / ("data_batch_" + std::to_string(batch) + ".bin"), records(6));
    }
    test::write_text(folder_ / "test_batch.bin", records(3));
    config_.data.split = {0.9, 0.1, 0, true, "", 0};
  }

  test::TempFolder folder_;
  config::Config config_;
};

TEST_F(CifarBinary, ReadsRecordsFromTheMiddleOfAFile) {
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(datasets.classes, ElementsAre("airplane", "automobile", "bird"));
  EXPECT_EQ(datasets.train->size() + datasets.val->size(), 30u);
  EXPECT_THAT(names_of(*datasets.test),
              ElementsAre("test_batch.bin#0", "test_batch.bin#1", "test_batch.bin#2"));
  const Sample sample = datasets.test->load(2);
  EXPECT_EQ(sample.label, 2);
  EXPECT_EQ(sample.picture.size, (Size{32, 32}));
  const auto* pixel = &sample.picture.pixels[(5 * 32 + 7) * 3];
  EXPECT_EQ(std::vector<int>(pixel, pixel + 3), (std::vector<int>{2, 102, 7}));
}

TEST_F(CifarBinary, KeepsItsOwnTestSplitAndDividesTheRest) {
  config_.data.split = {0.6, 0.2, 0.2, true, "", 0};
  const Datasets datasets = open_datasets(config_);
  EXPECT_EQ(datasets.test->size(), 3u);
  EXPECT_EQ(datasets.test->item(0).name, "test_batch.bin#0");
  EXPECT_EQ(datasets.train->size() + datasets.val->size(), 30u);
  EXPECT_NEAR(static_cast<double>(datasets.val->size()), 30 * 0.25, 1.6);
}

TEST_F(CifarBinary, IsDividedByAllSharesWithoutATestFile) {
  fs::remove(folder_ / "test_batch.bin");
  config_.data.split = {0.6, 0.2, 0.2, true, "", 0};
  EXPECT_EQ(open_datasets(config_).test->size(), 6u);
}

TEST_F(CifarBinary, NumbersClassesInTheOrderOfDataClasses) {
  config_.data.classes = {"bird", "airplane", "automobile"};
  const Datasets datasets = open_datasets(config_);
  EXPECT_THAT(labels_of(*datasets.test), ElementsAre(1, 2, 0));
  EXPECT_EQ(datasets.test->load(2).label, 0);
}

TEST_F(CifarBinary, RefusesNamesThatAreNotItsOwn) {
  config_.data.classes = {"bird", "plane", "automobile"};
  const Error error = open_error(config_);
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_THAT(error.what(),
              HasSubstr("must be the names of batches.meta.txt: airplane, automobile"));
}

TEST_F(CifarBinary, RefusesATruncatedFile) {
  test::write_text(folder_ / "data_batch_3.bin", records(6).substr(0, kRecord * 5 + 100));
  const Error error = open_error(config_);
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(),
              HasSubstr("data_batch_3.bin: has 15465 bytes; must be a multiple of 3073"));
}

TEST_F(CifarBinary, RefusesALabelBeyondTheClasses) {
  std::string bytes = records(6);
  bytes[kRecord * 4] = 7;
  test::write_text(folder_ / "data_batch_2.bin", bytes);
  EXPECT_THAT(open_error(config_).what(),
              HasSubstr("data_batch_2.bin: record 4 has label 7; must be below 3"));
}

TEST_F(CifarBinary, RefusesASetThatLacksAFile) {
  fs::remove(folder_ / "data_batch_4.bin");
  EXPECT_THAT(open_error(config_).what(), HasSubstr("data_batch_4.bin: cannot be read"));
}

TEST(CifarFolders, AreReadFromTrainAndTest) {
  const test::TempFolder folder;
  for (const char* name : {"cat", "frog"}) {
    for (int i = 0; i < 10; ++i) {
      put_picture(folder / "train" / name / ("000" + std::to_string(i) + ".jpg"), {32, 32});
    }
    put_picture(folder / "test" / name / "0#0.jpg", {32, 32});
  }
  const Datasets datasets = open_datasets(config_for("cifar", folder));
  EXPECT_THAT(datasets.classes, ElementsAre("cat", "frog"));
  EXPECT_EQ(datasets.train->size(), 18u);  // 0.7 : 0.1 of 10 each
  EXPECT_EQ(datasets.val->size(), 2u);
  EXPECT_THAT(names_of(*datasets.test), ElementsAre("test/cat/0#0.jpg", "test/frog/0#0.jpg"));
  EXPECT_EQ(datasets.test->load(1).label, 1);
  EXPECT_EQ(datasets.test->load(1).picture.size, (Size{32, 32}));
}

TEST(CifarFolders, MustHaveTheSameClassesInTest) {
  const test::TempFolder folder;
  put_picture(folder / "train/cat/0.jpg");
  put_picture(folder / "train/frog/0.jpg");
  put_picture(folder / "test/cat/0.jpg");
  EXPECT_THAT(open_error(config_for("cifar", folder)).what(), HasSubstr("lacks frog"));
}

TEST(CifarFolders, AreMissedByName) {
  const test::TempFolder folder;
  const Error error = open_error(config_for("cifar", folder));
  EXPECT_EQ(error.code(), ErrorCode::kData);
  EXPECT_THAT(error.what(), HasSubstr("neither batches.meta.txt nor a folder train in it"));
}

}  // namespace
}  // namespace carica::data
