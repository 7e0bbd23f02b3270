#include "report/ticks.h"

#include <gmock/gmock.h>

#include <cmath>

#include "report/readable.h"

namespace carica::report {
namespace {

using testing::ElementsAre;

std::vector<std::string> labels(const Ticks& ticks) {
  std::vector<std::string> made;
  for (const double value : ticks.values) made.push_back(ticks.label(value));
  return made;
}

TEST(Ticks, AreRoundNumbersWithinTheRange) {
  EXPECT_THAT(labels(nice_ticks(0.07, 0.93, 5)), ElementsAre("0.2", "0.4", "0.6", "0.8"));
  EXPECT_THAT(labels(nice_ticks(1, 30, 8)), ElementsAre("5", "10", "15", "20", "25", "30"));
}

TEST(Ticks, CoverTheRangeWhenAsked) {
  EXPECT_THAT(labels(covering_ticks(0.62, 0.87, 5)),
              ElementsAre("0.60", "0.65", "0.70", "0.75", "0.80", "0.85", "0.90"));
  EXPECT_THAT(labels(covering_ticks(-3, 7, 4)),
              ElementsAre("−5.0", "−2.5", "0.0", "2.5", "5.0", "7.5"));
}

TEST(Ticks, AreWholeForEpochs) {
  EXPECT_THAT(labels(nice_ticks(1, 3, 12, true)), ElementsAre("1", "2", "3"));
  EXPECT_THAT(labels(nice_ticks(0, 9, 4, true)), ElementsAre("0", "5"));
}

TEST(Ticks, KeepPowersOfTenOutOfTheLabels) {
  const Ticks small = nice_ticks(0, 3e-5, 4);
  EXPECT_EQ(small.factor(), "× 10⁻⁵");
  EXPECT_THAT(labels(small), ElementsAre("0", "1", "2", "3"));
  const Ticks large = nice_ticks(0, 4e12, 4);
  EXPECT_EQ(large.factor(), "× 10¹²");
  EXPECT_EQ(nice_ticks(0, 1, 4).factor(), "");
}

TEST(Ticks, AreFewAndFiniteForAnyRange) {
  for (const double low : {-1e300, -1.0, 0.0, 1e-300, 1.0, 1e15}) {
    for (const double span : {1e-307, 1e-3, 1.0, 1e9, 1e300}) {
      const double high = low + std::max(span, 1e-8 * std::abs(low));
      const Ticks ticks = covering_ticks(low, high, 7);
      EXPECT_GE(ticks.values.size(), 2u) << low << " " << high;
      EXPECT_LE(ticks.values.size(), 9u) << low << " " << high;
      for (const double value : ticks.values) EXPECT_TRUE(std::isfinite(value));
    }
  }
}

TEST(Readable, GroupsDigitsOfLargeNumbersOnly) {
  EXPECT_EQ(readable(8689, 0), "8689");
  EXPECT_EQ(readable(14090, 0), "14\u202F090");
  EXPECT_EQ(readable(-1234567.5, 1), "−1\u202F234\u202F567.5");
  EXPECT_EQ(readable(-0.001, 1), "0.0");
}

TEST(Readable, ShortensCounts) {
  EXPECT_EQ(compact(0), "0");
  EXPECT_EQ(compact(999), "999");
  EXPECT_EQ(compact(1000), "1.0k");
  EXPECT_EQ(compact(99'949), "100k");
  EXPECT_EQ(compact(1'234'567), "1.2M");
  EXPECT_EQ(compact(INT64_MAX), "9.2E");
}

TEST(Readable, NeverRoundsAShareToAllOrNothing) {
  EXPECT_EQ(percent(0), "0 %");
  EXPECT_EQ(percent(0.0001), "< 0.1 %");
  EXPECT_EQ(percent(0.1234), "12.3 %");
  EXPECT_EQ(percent(0.99999), "> 99.9 %");
  EXPECT_EQ(percent(1), "100 %");
}

}  // namespace
}  // namespace carica::report
