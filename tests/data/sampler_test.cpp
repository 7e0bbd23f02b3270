#include "data/loading/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "core/error.h"

namespace carica::data {
namespace {

using Indices = std::vector<std::int64_t>;

Indices counting(std::size_t n) {
  Indices indices(n);
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

TEST(Sampler, CountsUpWithoutShuffling) { EXPECT_EQ((Sampler{5}.epoch(3)), counting(5)); }

TEST(Sampler, GivesEverySampleOnceInAnOrderOfSeedAndEpoch) {
  const Sampler sampler{1000, true, 7};
  Indices order = sampler.epoch(0);
  EXPECT_EQ(order, (Sampler{1000, true, 7}.epoch(0)));
  EXPECT_NE(order, sampler.epoch(1));
  EXPECT_NE(order, (Sampler{1000, true, 8}.epoch(0)));
  std::sort(order.begin(), order.end());
  EXPECT_EQ(order, counting(1000));
}

TEST(Sampler, DealsTheOrderToTheRanksWithoutRepeats) {
  for (const bool shuffle : {false, true}) {
    for (const std::size_t size : {0u, 1u, 2u, 3u, 7u, 10u, 12u}) {
      const Indices whole = Sampler{size, shuffle, 3}.epoch(2);
      for (const int world : {1, 2, 3, 4, 5}) {
        for (int rank = 0; rank < world; ++rank) {
          const Sampler sampler{size, shuffle, 3, rank, world};
          Indices expected;
          for (std::size_t i = static_cast<std::size_t>(rank); i < size;
               i += static_cast<std::size_t>(world)) {
            expected.push_back(whole[i]);
          }
          EXPECT_EQ(sampler.epoch(2), expected);
          EXPECT_EQ(sampler.share(), expected.size());
        }
      }
    }
  }
}

TEST(Sampler, RefusesARankOutsideTheWorld) {
  EXPECT_THROW((Sampler{5, false, 0, 2, 2}.epoch(0)), Error);
  EXPECT_THROW((Sampler{5, false, 0, -1, 2}.epoch(0)), Error);
  EXPECT_THROW((Sampler{5, false, 0, 0, 0}.share()), Error);
}

}  // namespace
}  // namespace carica::data
