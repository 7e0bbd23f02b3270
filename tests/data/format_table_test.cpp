#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "format_support.h"

namespace carica::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Formats, AreListedWithHelp) {
  std::vector<std::string> names;
  for (const auto& format : formats()) {
    names.push_back(format.name);
    EXPECT_FALSE(format.help.empty()) << format.name;
  }
  EXPECT_THAT(names,
              ElementsAre("image_folder", "csv", "cifar", "mnist", "paired_masks", "voc",
                          "cityscapes", "idd", "camvid", "ade20k", "coco", "oxford_pet", "papaya"));
}

TEST(Formats, NameTheNearestForAnUnknownOne) {
  const test::TempFolder folder;
  const Error error = open_error(config_for("imagefolder", folder));
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_STREQ(
      error.what(),
      "data.format = imagefolder: no such format; must be one of image_folder, csv, cifar, "
      "mnist, paired_masks, voc, cityscapes, idd, camvid, ade20k, coco, oxford_pet, "
      "papaya");
  EXPECT_EQ(error.hint(), "did you mean image_folder?");
}

TEST(Formats, RefuseATaskThatTheyHaveNoTruthFor) {
  const test::TempFolder folder;
  EXPECT_THAT(open_error(config_for("cifar", folder, config::Task::kSegment)).what(),
              HasSubstr("data.format = cifar: has no masks; task is segment"));
  EXPECT_THAT(open_error(config_for("paired_masks", folder)).what(),
              HasSubstr("has no class labels; task is classify"));
}

TEST(Formats, NeedARoot) {
  config::Config config;
  EXPECT_EQ(open_error(config).code(), ErrorCode::kConfig);
}

TEST(Datasets, GiveTheirSplitsByName) {
  const test::TempFolder folder;
  for (int i = 0; i < 10; ++i) put_picture(folder / ("cat/" + std::to_string(i) + ".jpg"));
  const Datasets datasets = open_datasets(config_for("image_folder", folder));
  EXPECT_EQ(datasets.split("val"), datasets.val);
  const Error error = error_of([&] { datasets.split("valid"); });
  EXPECT_EQ(error.code(), ErrorCode::kUsage);
  EXPECT_STREQ(error.what(), "valid: no such split; must be train, val or test");
}

TEST(Datasets, ListEverySampleInTheSplitTable) {
  const test::TempFolder folder;
  for (const char* split : {"train", "test"}) {
    put_picture(folder / split / "big cats, tame/1.jpg");
    put_picture(folder / split / "dog/1.jpg");
  }
  auto config = config_for("image_folder", folder);
  config.data.train_dir = "train";
  config.data.test_dir = "test";
  EXPECT_EQ(split_csv(open_datasets(config)),
            "name,label,split\n"
            "\"train/big cats, tame/1.jpg\",\"big cats, tame\",train\n"
            "train/dog/1.jpg,dog,train\n"
            "\"test/big cats, tame/1.jpg\",\"big cats, tame\",test\n"
            "test/dog/1.jpg,dog,test\n");
}

// Counts what is loaded; sample 3 is bad.
class CountingDataset : public Dataset {
 public:
  CountingDataset() { items_.resize(8); }
  std::size_t size() const override { return items_.size(); }
  const Item& item(std::size_t index) const override { return items_.at(index); }
  Sample load(std::size_t index) const override {
    ++loads;
    if (index == 3) throw Error(ErrorCode::kData, "3: bad");
    return {smooth_picture({4, 4}), {}, static_cast<std::int64_t>(index)};
  }
  mutable std::atomic<int> loads{0};

 private:
  std::vector<Item> items_;
};

TEST(MemoryCache, LoadsEachSampleOnce) {
  const auto inner = std::make_shared<CountingDataset>();
  const auto cache = cache_in_memory(inner);
  EXPECT_EQ(cache->size(), 8u);
  EXPECT_EQ(inner->loads, 0);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(cache->load(5).label, 5);
    EXPECT_EQ(cache->load(5).picture.pixels, smooth_picture({4, 4}).pixels);
  }
  EXPECT_EQ(inner->loads, 1);
}

TEST(MemoryCache, ReportsABadSampleEachTime) {
  const auto cache = cache_in_memory(std::make_shared<CountingDataset>());
  EXPECT_THROW(cache->load(3), Error);
  EXPECT_THROW(cache->load(3), Error);
}

TEST(MemoryCache, ServesManyThreads) {
  const auto cache = cache_in_memory(std::make_shared<CountingDataset>());
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < 400; ++i) {
        const std::size_t index = i * 5 % 8;
        if (index != 3 && cache->load(index).label != static_cast<std::int64_t>(index)) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(MemoryCache, IsWhatCacheRamAsksFor) {
  const test::TempFolder folder;
  for (int i = 0; i < 10; ++i) put_picture(folder / ("cat/" + std::to_string(i) + ".jpg"));
  auto config = config_for("image_folder", folder);
  config.data.cache = "ram";
  const Datasets datasets = open_datasets(config);
  const auto picture = datasets.train->load(0).picture.pixels;
  std::filesystem::remove_all(folder / "cat");
  EXPECT_EQ(datasets.train->load(0).picture.pixels, picture);
}

}  // namespace
}  // namespace carica::data
