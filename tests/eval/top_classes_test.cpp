#include "eval/top_classes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

namespace carica::test {
namespace {

using eval::top_classes;
using testing::ElementsAre;
using testing::Pair;

TEST(TopClasses, AreTheLargestFirstAndNoMoreThanThereAre) {
  const std::vector<float> scores = {1, 4, 3}, shares = {0.125f, 0.625f, 0.25f};
  EXPECT_THAT(top_classes(scores, shares, 2), ElementsAre(Pair(1, 0.625), Pair(2, 0.25)));
  EXPECT_THAT(top_classes(scores, shares, 5),
              ElementsAre(Pair(1, 0.625), Pair(2, 0.25), Pair(0, 0.125)));
}

// As counts do it: equal scores in the order of the classes, NaN before everything.
TEST(TopClasses, StandAsInAStableSort) {
  torch::manual_seed(1);
  auto scores = torch::randint(0, 40, {20, 300}).to(torch::kFloat);
  for (std::int64_t row = 10; row < 20; ++row) scores[row][7 * row] = NAN;
  scores[19][3] = NAN;
  const auto [sorted, order] = scores.sort(/*stable=*/true, 1, /*descending=*/true);
  for (std::int64_t row = 0; row < 20; ++row) {
    const std::span<const float> own(scores[row].const_data_ptr<float>(), 300);
    const auto top = top_classes(own, own, 30);
    ASSERT_EQ(top.size(), 30u);
    for (std::int64_t j = 0; j < 30; ++j) {
      EXPECT_EQ(top[static_cast<std::size_t>(j)].first, order[row][j].item<int>()) << row;
    }
  }
}

}  // namespace
}  // namespace carica::test
