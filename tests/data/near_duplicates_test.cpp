#include "data/checks/near_duplicates.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "check_support.h"

namespace carica::data {
namespace {

// `changes` bits of `of` flipped.
Fingerprint changed(Fingerprint of, int changes, std::mt19937& random) {
  std::uint64_t flips = 0;
  while (std::popcount(flips) < changes) flips |= std::uint64_t{1} << random() % 64;
  of.bits ^= flips;
  return of;
}

std::vector<Fingerprint> random_fingerprints(std::size_t count, std::mt19937& random) {
  std::vector<Fingerprint> all(count);
  for (auto& one : all) {
    one.bits = std::uint64_t{random()} << 32 | random();
    one.grey.front() = 200;  // not flat
  }
  return all;
}

TEST(NearDuplicates, AreFoundUpToSevenBitsWhereverTheyLie) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 500; ++trial) {
    auto all = random_fingerprints(3, random);
    const int bits = trial % 10;
    all[2] = changed(all[0], bits, random);
    const std::vector<std::uint8_t> parts = {0, 0, 1};
    const auto nearest = find_near_duplicates(all, parts);
    EXPECT_EQ(nearest[2][0], bits <= kNearBits ? 0 : -1) << bits;
    EXPECT_EQ(nearest[0][1], bits <= kNearBits ? 2 : -1) << bits;
    EXPECT_EQ(nearest[1][1], -1);
  }
}

TEST(NearDuplicates, AreThoseThatComparingAllPairsFinds) {
  std::mt19937 random(2);
  auto all = random_fingerprints(200, random);
  for (int i = 0; i < 400; ++i) all.push_back(changed(all[random() % all.size()], 4, random));
  std::vector<std::uint8_t> parts(all.size());
  for (auto& part : parts) part = static_cast<std::uint8_t>(random() % 3);
  const auto nearest = find_near_duplicates(all, parts);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::uint8_t part = 0; part < 3; ++part) {
      int best = 65;
      for (std::size_t j = 0; j < all.size(); ++j) {
        const bool counts = parts[j] == part && (part != parts[i] ? j != i : j < i);
        if (counts && is_near(all[i], all[j])) best = std::min(best, bit_distance(all[i], all[j]));
      }
      const auto found = nearest[i][part];
      EXPECT_EQ(found < 0 ? 65 : bit_distance(all[i], all[static_cast<std::size_t>(found)]), best);
    }
  }
}

TEST(NearDuplicates, OfManyEqualPicturesEndSoon) {
  // Comparing all pairs would take 200 million steps.
  std::mt19937 random(3);
  const auto one = random_fingerprints(1, random);
  const std::vector<Fingerprint> all(20000, one[0]);
  const std::vector<std::uint8_t> parts(all.size(), 0);
  const auto nearest = find_near_duplicates(all, parts);
  EXPECT_EQ(nearest[0][0], -1);
  EXPECT_NE(nearest[1][0], -1);
  EXPECT_NE(nearest[19999][0], -1);
}

TEST(NearDuplicates, FlatPicturesMatchNothing) {
  const std::vector<Fingerprint> all(3);
  const std::vector<std::uint8_t> parts = {0, 1, 2};
  for (const auto& nearest : find_near_duplicates(all, parts)) {
    EXPECT_EQ(nearest, (NearestInParts{-1, -1, -1}));
  }
}

TEST(Fingerprint, IsNearOfBrighterPicturesAndFarOfOthers) {
  const Picture picture = scene(1);
  Picture brighter = picture;
  for (auto& value : brighter.pixels) value = static_cast<std::uint8_t>(std::min(value + 12, 255));
  EXPECT_TRUE(is_near(fingerprint(picture), fingerprint(brighter)));
  for (unsigned seed = 2; seed < 40; ++seed) {
    EXPECT_FALSE(is_near(fingerprint(picture), fingerprint(scene(seed)))) << seed;
  }
}

TEST(Fingerprint, HasABitForEachStepToTheRightThatGetsDarker) {
  Picture picture{{8, 9}, PixelBytes(8 * 9 * 3)};
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    const std::size_t column = i / 3 % 9;
    picture.pixels[i] = static_cast<std::uint8_t>(column % 2 == 0 ? 200 : 100);
  }
  EXPECT_EQ(fingerprint(picture).bits, 0x5555555555555555u);
}

TEST(ContentHash, TellsSizesApartThatHoldTheSameBytes) {
  const Picture wide{{2, 8}, PixelBytes(48, 7)}, high{{8, 2}, PixelBytes(48, 7)};
  EXPECT_NE(content_hash(wide), content_hash(high));
  EXPECT_EQ(content_hash(wide), content_hash(Picture{{2, 8}, PixelBytes(48, 7)}));
}

}  // namespace
}  // namespace carica::data
