#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/statistics.h"
#include "io_support.h"

namespace carica::data {
namespace {

using ::testing::DoubleNear;
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

TEST(ClassWeights, AreInverseToFrequencyWithMeanOne) {
  EXPECT_THAT(class_weights({30, 10, 0}, "inverse"),
              ElementsAre(DoubleNear(0.5, 1e-12), DoubleNear(1.5, 1e-12), 0));
}

TEST(ClassWeights, FollowTheMedianFrequencyAmongTheMasksWithTheClass) {
  // Frequencies 0.5, 0.25 and 0.25: weights 0.5, 1, 1 before they are scaled to mean 1.
  EXPECT_THAT(class_weights({50, 10, 5}, "median_frequency", {100, 40, 20}),
              ElementsAre(DoubleNear(0.6, 1e-12), DoubleNear(1.2, 1e-12), DoubleNear(1.2, 1e-12)));
  EXPECT_EQ(class_weights({50, 10}, "median_frequency"), class_weights({50, 10}, "inverse"));
}

TEST(ClassWeights, RefuseAnUnknownRuleAndAnEmptySplit) {
  EXPECT_EQ(error_of([] { class_weights({1}, "balanced"); }).code(), ErrorCode::kConfig);
  EXPECT_EQ(error_of([] { class_weights({0, 0}, "inverse"); }).code(), ErrorCode::kData);
}

}  // namespace
}  // namespace carica::data
