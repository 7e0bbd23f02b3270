#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/statistics.h"
#include "io_support.h"

namespace carica::data {
namespace {

using ::testing::ElementsAre;

class FixedDataset : public Dataset {
 public:
  explicit FixedDataset(std::vector<Sample> samples) : samples_(std::move(samples)) {
    items_.resize(samples_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) items_[i].label = samples_[i].label;
  }
  std::size_t size() const override { return samples_.size(); }
  const Item& item(std::size_t index) const override { return items_.at(index); }
  Sample load(std::size_t index) const override { return samples_.at(index); }

 private:
  std::vector<Sample> samples_;
  std::vector<Item> items_;
};

FixedDataset masks() {
  return FixedDataset({{{}, {{2, 2}, {0, 0, 0, 1}}, -1}, {{}, {{2, 2}, {0, 9, 9, 0}}, -1}});
}

TEST(Statistics, CountLabels) {
  const FixedDataset dataset({{{}, {}, 2}, {{}, {}, 0}, {{}, {}, 2}});
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
