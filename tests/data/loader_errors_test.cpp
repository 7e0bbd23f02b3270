#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

#include "core/error.h"
#include "core/text.h"
#include "data/loading/loader.h"
#include "format_support.h"
#include "io_support.h"
#include "loader_fakes.h"

namespace carica::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Noise, where the samples in `bad` cannot be decoded.
std::shared_ptr<FakeDataset> dataset_with_bad(std::size_t size, std::set<std::size_t> bad) {
  return std::make_shared<FakeDataset>(size, [bad](std::size_t i) {
    if (bad.count(i)) {
      throw Error(ErrorCode::kData, "set/" + std::to_string(i) + ".png: truncated");
    }
    return noise_sample(i);
  });
}

LoaderOptions small_batches(std::size_t workers) {
  LoaderOptions options;
  options.batch_size = 4;
  options.workers = workers;
  return options;
}

LoaderOptions skipping(std::size_t workers, double fraction) {
  LoaderOptions options = small_batches(workers);
  options.skip_bad = true;
  options.max_bad_fraction = fraction;
  return options;
}

// The Error of next(), or one that says there was none.
Error error_of_next(Loader& loader) {
  try {
    loader.next();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::kUsage, "nothing was thrown");
}

TEST(LoaderErrors, SurfaceAtTheirBatchAndNotBefore) {
  for (const std::size_t workers : {0u, 1u, 4u}) {
    Loader loader(dataset_with_bad(16, {9, 11}), {16}, pipeline_of(), small_batches(workers));
    loader.start(0);
    EXPECT_EQ(loader.next()->number, 0u);
    EXPECT_EQ(loader.next()->number, 1u);
    const Error error = error_of_next(loader);
    EXPECT_EQ(error.code(), ErrorCode::kData);
    EXPECT_STREQ(error.what(), "set/9.png: truncated");  // the first of the batch, always
    EXPECT_EQ(loader.next()->number, 3u);
    EXPECT_EQ(loader.next(), nullptr);
  }
}

TEST(LoaderErrors, OfAnyTypePassThrough) {
  const auto dataset = std::make_shared<FakeDataset>(
      4, [](std::size_t) -> Sample { throw std::runtime_error("not one of ours"); });
  Loader loader(dataset, {4}, pipeline_of(), skipping(2, 1));
  loader.start(0);
  EXPECT_THROW(loader.next(), std::runtime_error);
}

TEST(LoaderErrors, OfATransformNameTheFile) {
  config::RandomCrop crop{{50, 50}};
  crop.pad_if_needed = false;
  Loader loader(noise_dataset(4), {4}, pipeline_of({crop}), skipping(2, 1));
  loader.start(0);
  const Error error = error_of_next(loader);
  EXPECT_THAT(error.what(), HasSubstr("set/0.png: RandomCrop: the picture is 6x5"));
  EXPECT_THAT(error.hint(), HasSubstr("pad_if_needed"));
}

TEST(LoaderErrors, SizesThatDifferNameTwoFiles) {
  for (const std::size_t workers : {0u, 1u, 2u, 8u}) {
    const auto dataset = std::make_shared<FakeDataset>(12, [](std::size_t i) {
      return noise_sample(i, i == 6 || i == 7 ? Size{9, 5} : Size{6, 5});
    });
    Loader loader(dataset, {12}, pipeline_of(), small_batches(workers));
    loader.start(0);
    EXPECT_EQ(loader.next()->count, 4u);
    const Error error = error_of_next(loader);
    EXPECT_EQ(error.code(), ErrorCode::kData);
    EXPECT_STREQ(
        error.what(),
        "batch 1: set/4.png is 6x5 and set/6.png is 9x5 (height x width); all pictures of a "
        "batch must be of one size");
    EXPECT_THAT(error.hint(), HasSubstr("Resize"));
    EXPECT_EQ(loader.next()->number, 2u);
  }
}

TEST(LoaderErrors, SizesMayDifferBetweenBatches) {
  const auto dataset = std::make_shared<FakeDataset>(12, [](std::size_t i) {
    return noise_sample(i, Size{5 + static_cast<int>(i / 4) * 3, 7});
  });
  Loader loader(dataset, {12}, pipeline_of(), small_batches(2));
  for (int epoch = 0; epoch < 3; ++epoch) {
    loader.start(0);
    for (const int height : {5, 8, 11}) EXPECT_EQ(loader.next()->size, (Size{height, 7}));
  }
}

TEST(LoaderErrors, AMaskThatIsMissingIsOne) {
  const auto dataset = std::make_shared<FakeDataset>(4, [](std::size_t i) {
    return noise_sample(i, {6, 5}, i != 2);
  });
  Loader loader(dataset, {4}, pipeline_of(), small_batches(2));
  loader.start(0);
  EXPECT_STREQ(error_of_next(loader).what(),
               "batch 0: one of set/0.png and set/2.png has no mask; all or none must have one");
}

TEST(LoaderSkipsBad, LeavesThemOutAndListsEachOnce) {
  for (const std::size_t workers : {0u, 1u, 4u}) {
    Loader loader(dataset_with_bad(16, {1, 9, 10}), {16}, pipeline_of(), skipping(workers, 0.2));
    for (int epoch = 0; epoch < 3; ++epoch) {
      loader.start(0);
      const std::vector<BatchCopy> batches = drain(loader);
      ASSERT_EQ(batches.size(), 4u);
      EXPECT_THAT(batches[0].indices, ElementsAre(0, 2, 3));
      EXPECT_THAT(batches[1].indices, ElementsAre(4, 5, 6, 7));
      EXPECT_THAT(batches[2].indices, ElementsAre(8, 11));
      EXPECT_THAT(batches[2].labels, ElementsAre(8, 1));
      PixelBytes expected = noise_sample(8).picture.pixels;
      const PixelBytes second = noise_sample(11).picture.pixels;
      expected.insert(expected.end(), second.begin(), second.end());
      EXPECT_EQ(batches[2].pictures, expected);
      const std::vector<BadFile> bad = loader.bad_files();
      ASSERT_EQ(bad.size(), 3u);
      EXPECT_EQ(bad[0].name, "set/1.png");
      EXPECT_EQ(bad[0].reason, "set/1.png: truncated");
      EXPECT_EQ(bad[2].name, "set/10.png");
    }
  }
}

// A bad file is known to be bad only when it is decoded; its size must not decide the batch's.
TEST(LoaderSkipsBad, OfAnotherSizeLeaveTheBatchToTheGoodOnes) {
  const test::TempFolder folder;
  for (int i = 0; i < 6; ++i) put_picture(folder.path() / cat("train/a/", i, ".jpg"), {20, 24});
  FileBytes bad = encode_jpeg(smooth_picture({50, 40}));
  bad.resize(bad.size() / 2);
  put_bytes(folder.path() / "train/a/0.jpg", bad);
  auto config = config_for("image_folder", folder);
  config.data.train_dir = "train";
  const auto files = open_datasets(config).train;
  for (const std::size_t workers : {0u, 4u}) {
    Loader loader(files, {6}, pipeline_of(), skipping(workers, 0.5));
    loader.start(0);
    const std::vector<BatchCopy> batches = drain(loader);
    EXPECT_THAT(batches[0].indices, ElementsAre(1, 2, 3));
    EXPECT_EQ(batches[0].size, (Size{20, 24}));
    const Picture expected = files->load(1).picture;
    EXPECT_TRUE(
        std::equal(expected.pixels.begin(), expected.pixels.end(), batches[0].pictures.begin()));
  }
}

TEST(LoaderSkipsBad, ListsAFileWhenItsBatchIsGiven) {
  Loader loader(dataset_with_bad(16, {5}), {16}, pipeline_of(), skipping(2, 0.2));
  loader.start(0);
  loader.next();
  EXPECT_TRUE(loader.bad_files().empty());
  loader.next();
  EXPECT_EQ(loader.bad_files().size(), 1u);
}

TEST(LoaderSkipsBad, PassesOverABatchWithNothingGood) {
  Loader loader(dataset_with_bad(12, {4, 5, 6, 7}), {12}, pipeline_of(), skipping(2, 0.5));
  loader.start(0);
  EXPECT_EQ(loader.next()->number, 0u);
  EXPECT_EQ(loader.next()->number, 2u);
  EXPECT_EQ(loader.next(), nullptr);
}

TEST(LoaderSkipsBad, EndsOverTheLimitWithCountsAndNames) {
  for (const std::size_t workers : {0u, 2u}) {
    std::set<std::size_t> bad;
    for (std::size_t i = 6; i < 28; ++i) bad.insert(i);
    Loader loader(dataset_with_bad(40, bad), {40}, pipeline_of(), skipping(workers, 0.15));
    loader.start(0);
    EXPECT_EQ(loader.next()->count, 4u);
    EXPECT_EQ(loader.next()->count, 2u);
    const Error error = error_of_next(loader);  // passes over batch 2; 6 of 40 are allowed
    EXPECT_EQ(error.code(), ErrorCode::kData);
    EXPECT_STREQ(error.what(),
                 "data: 10 of 40 pictures are bad (set/6.png, set/7.png, set/8.png, set/9.png, "
                 "set/10.png, ...; the first: set/6.png: truncated); at most a share of 0.15 is "
                 "allowed");
    EXPECT_THAT(error.hint(), HasSubstr("data.max_bad_fraction"));
  }
}

TEST(LoaderSkipsBad, OnlyWhatTheDataSetCallsBadData) {
  const auto dataset = std::make_shared<FakeDataset>(
      4, [](std::size_t) -> Sample { throw Error(ErrorCode::kIo, "disk on fire"); });
  Loader loader(dataset, {4}, pipeline_of(), skipping(2, 1));
  loader.start(0);
  EXPECT_EQ(error_of_next(loader).code(), ErrorCode::kIo);
}

}  // namespace
}  // namespace carica::data
