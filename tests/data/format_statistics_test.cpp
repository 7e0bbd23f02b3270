#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/statistics.h"
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

}  // namespace
}  // namespace carica::data
