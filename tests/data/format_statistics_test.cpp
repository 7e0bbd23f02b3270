#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "data/checks/statistics.h"
#include "support/memory_dataset.h"

namespace carica::data {
namespace {

using ::testing::ElementsAre;

test::MemoryDataset masks() {
  return test::MemoryDataset({{{}, {{2, 2}, {0, 0, 0, 1}}, -1}, {{}, {{2, 2}, {0, 9, 9, 0}}, -1}});
}

TEST(Statistics, CountLabels) {
  const test::MemoryDataset dataset({{{}, {}, 2}, {{}, {}, 0}, {{}, {}, 2}});
  EXPECT_THAT(count_labels(dataset, 4), ElementsAre(1, 0, 2, 0));
}

TEST(Statistics, CountPixelsWithoutTheIgnoredOnes) {
  for (const std::size_t threads : {0, 1, 3}) {
    std::vector<std::int64_t> around;
    EXPECT_THAT(count_pixels(masks(), 3, 9, threads, &around), ElementsAre(5, 1, 0));
    EXPECT_THAT(around, ElementsAre(6, 4, 0));
  }
}

/// Masks alone can be read; the second cannot.
class BadPictures : public test::MemoryDataset {
 public:
  BadPictures() : MemoryDataset({{{}, {{1, 2}, {0, 1}}, -1}, {}, {{}, {{1, 2}, {1, 1}}, -1}}) {}
  Sample load(std::size_t) const override { throw Error(ErrorCode::kData, "a bad picture"); }
  Mask load_mask(std::size_t index) const override {
    if (index == 1) throw Error(ErrorCode::kData, "a bad mask");
    return MemoryDataset::load(index).mask;
  }
};

TEST(Statistics, CountPixelsLeavesBadMasksOutWhenAskedTo) {
  EXPECT_THROW(count_pixels(BadPictures(), 2, 9, 2), Error);
  EXPECT_THAT(count_pixels(BadPictures(), 2, 9, 2, nullptr, /*skip_bad=*/true), ElementsAre(1, 3));
}

TEST(Statistics, CountPixelsNeedsNoPicturesBehindAMemory) {
  const auto cached = cache_in_memory(std::make_shared<const BadPictures>());
  EXPECT_THAT(count_pixels(*cached, 2, 9, 2, nullptr, /*skip_bad=*/true), ElementsAre(1, 3));
}

}  // namespace
}  // namespace carica::data
