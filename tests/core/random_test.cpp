#include "core/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>

#include "core/error.h"
#include "golden/random_stream.h"

namespace carica {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

RandomStream golden_stream() {
  return RandomStream(golden::kSeed, golden::kEpoch, golden::kIndex, golden::kPurpose);
}

// kat_vectors of Random123, the lines "philox4x32 10".
TEST(Philox, GivesThePublishedKnownAnswers) {
  EXPECT_THAT(philox4x32({0, 0, 0, 0}, {0, 0}),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  constexpr std::uint32_t kOnes = 0xffffffff;
  EXPECT_THAT(philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(
      philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
      ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

// These numbers are part of what a run means: if they change, old runs cannot be repeated.
TEST(RandomStream, GivesTheNumbersOfTheDocumentedLayout) {
  RandomStream words = golden_stream();
  for (const std::uint32_t expected : golden::kWords) EXPECT_EQ(words.next(), expected);
  RandomStream uniforms = golden_stream();
  for (const double expected : golden::kUniforms) EXPECT_EQ(uniforms.uniform(), expected);
  RandomStream order = golden_stream();
  EXPECT_THAT(permutation(16, order), ElementsAreArray(golden::kOrder));
}

TEST(RandomStream, DependsOnEveryPartOfItsKey) {
  std::set<std::uint32_t> first;
  const auto add = [&](std::uint64_t seed, std::uint64_t epoch, std::uint64_t index,
                       std::uint32_t purpose) {
    first.insert(RandomStream(seed, epoch, index, purpose).next());
  };
  add(0, 0, 0, 0);
  for (int bit = 0; bit < 64; ++bit) add(std::uint64_t{1} << bit, 0, 0, 0);
  for (int bit = 0; bit < 32; ++bit) add(0, std::uint64_t{1} << bit, 0, 0);
  for (int bit = 0; bit < 48; ++bit) add(0, 0, std::uint64_t{1} << bit, 0);
  for (int bit = 0; bit < 16; ++bit) add(0, 0, 0, std::uint32_t{1} << bit);
  EXPECT_EQ(first.size(), 1U + 64 + 32 + 48 + 16);
}

TEST(RandomStream, RefusesAKeyThatWouldMeetAnother) {
  EXPECT_NO_THROW(RandomStream(~0ULL, (1ULL << 32) - 1, (1ULL << 48) - 1, 0xFFFF));
  EXPECT_THROW(RandomStream(0, 1ULL << 32, 0), Error);
  EXPECT_THROW(RandomStream(0, 0, 1ULL << 48), Error);
  EXPECT_THROW(RandomStream(0, 0, 0, 1U << 16), Error);
}

TEST(RandomStream, DrawsUniformNumbersOfTheRange) {
  RandomStream random(1, 0, 0);
  double sum = 0, squares = 0;
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) {
    const double u = random.uniform();
    ASSERT_TRUE(u >= 0 && u < 1);
    sum += u;
    squares += u * u;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.005);  // standard error 0.0009
  EXPECT_NEAR(squares / kDraws, 1.0 / 3, 0.005);
  const double next_to_one = std::nextafter(1.0, 2.0);
  for (int i = 0; i < 1000; ++i) {  // half of these would round up to the end that is left out
    ASSERT_EQ(random.uniform(1.0, next_to_one), 1.0);
    const double value = random.uniform(-3, 5);
    ASSERT_TRUE(value >= -3 && value < 5);
  }
  EXPECT_EQ(random.uniform(2, 2), 2);
}

TEST(RandomStream, ChoosesBelowNWithoutBias) {
  RandomStream random(2, 0, 0);
  std::array<int, 6> counts{};
  for (int i = 0; i < 60'000; ++i) ++counts.at(random.below(6));
  double chi_square = 0;
  for (const int count : counts) chi_square += (count - 1e4) * (count - 1e4) / 1e4;
  EXPECT_LT(chi_square, 20.5);  // 5 degrees of freedom, p = 0.001
  for (int i = 0; i < 100; ++i) ASSERT_EQ(random.below(1), 0U);

  // A modulo would give the lower third of this range twice as often.
  constexpr std::uint64_t kThird = std::uint64_t{1} << 62;
  int lower = 0;
  for (int i = 0; i < 30'000; ++i) {
    const std::uint64_t value = random.below(3 * kThird);
    ASSERT_LT(value, 3 * kThird);
    lower += value < kThird ? 1 : 0;
  }
  EXPECT_NEAR(lower, 10'000, 330);  // 4 standard deviations
}

TEST(RandomStream, DrawsNormalNumbers) {
  RandomStream random(3, 0, 0);
  constexpr int kDraws = 100'000;
  double sum = 0, squares = 0;
  int beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.normal();
    ASSERT_TRUE(std::isfinite(x));
    sum += x;
    squares += x * x;
    beyond_two += std::abs(x) > 2 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.015);
  EXPECT_NEAR(squares / kDraws, 1, 0.02);
  EXPECT_NEAR(beyond_two / double{kDraws}, 0.0455, 0.003);
}

TEST(RandomStream, TakesChancesOfZeroAndOneAtTheirWord) {
  RandomStream random(4, 0, 0);
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_FALSE(random.chance(0));
    ASSERT_TRUE(random.chance(1));
    hits += random.chance(0.3) ? 1 : 0;
  }
  EXPECT_NEAR(hits, 3000, 200);
}

TEST(Permutation, HoldsEveryNumberOnce) {
  RandomStream random(5, 0, 0);
  std::vector<std::int64_t> order = permutation(1000, random);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (std::int64_t i = 0; i < 1000; ++i) ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
  EXPECT_THAT(permutation(0, random), ElementsAre());
  EXPECT_THAT(permutation(1, random), ElementsAre(0));
}

}  // namespace
}  // namespace carica
