#include "data/checks/distribution.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace carica::data {
namespace {

using testing::ElementsAre;

TEST(Distribution, OfNothingHasNoBins) {
  const auto none = distribution({});
  EXPECT_TRUE(none.edges.empty());
  EXPECT_TRUE(none.counts.empty());
}

TEST(Distribution, OfOneValueHasOneBin) {
  const auto one = distribution({480, 480, 480});
  EXPECT_EQ(one.median, 480);
  EXPECT_THAT(one.edges, ElementsAre(480, 480));
  EXPECT_THAT(one.counts, ElementsAre(3));
}

TEST(Distribution, TakesTheMeanOfTheMiddleTwo) {
  const auto four = distribution({4, 1, 2, 100});
  EXPECT_EQ(four.min, 1);
  EXPECT_EQ(four.median, 3);
  EXPECT_EQ(four.max, 100);
  EXPECT_EQ(four.mean, 26.75);
}

TEST(Distribution, HasRoundEdges) {
  const auto spread = distribution({99, 120, 130, 500}, 6);
  EXPECT_THAT(spread.edges, ElementsAre(0, 100, 200, 300, 400, 500, 600));
  EXPECT_THAT(spread.counts, ElementsAre(1, 2, 0, 0, 0, 1));
}

TEST(Distribution, CountsEveryValueOnceInAtMostSoManyBins) {
  std::srand(1);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> values;
    const double scale = trial % 3 == 0 ? 0.001 : trial % 3 == 1 ? 1 : 1e5;
    for (int i = 0; i < 1 + trial; ++i) values.push_back((std::rand() % 1000 - 300) * scale);
    const auto result = distribution(values, 12);
    std::int64_t sum = 0;
    for (const auto count : result.counts) sum += count;
    EXPECT_EQ(sum, static_cast<std::int64_t>(values.size()));
    EXPECT_LE(result.counts.size(), 12u);
    EXPECT_LE(result.edges.front(), result.min);
    EXPECT_GE(result.edges.back(), result.max);
    EXPECT_EQ(counts_between(result.edges, values), result.counts);
  }
}

}  // namespace
}  // namespace carica::data
