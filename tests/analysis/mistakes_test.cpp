#include "analysis/mistakes.h"

#include <ATen/Functions.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "support/temp_folder.h"

namespace carica::analysis {
namespace {

// 60 pictures of three classes, some of them wrong, in the order `rows`.
Collected made(const std::vector<std::int64_t>& rows) {
  Collected collected;
  collected.split = "test";
  collected.classes = {"cat", "dog", "a, b"};
  const auto count = static_cast<std::int64_t>(rows.size());
  collected.features = torch::zeros({count, 4});
  collected.probabilities = torch::zeros({count, 3});
  for (std::int64_t i = 0; i < count; ++i) {
    const auto sample = rows[static_cast<std::size_t>(i)];
    RandomStream random(1, 0, static_cast<std::uint64_t>(sample));
    const auto truth = sample % 3;
    const auto predicted = random.chance(0.5) ? truth : static_cast<std::int64_t>(random.below(3));
    const double sure = random.uniform(0.4, 1);
    collected.names.push_back(cat("p", sample, ".jpg"));
    collected.truth.push_back(truth);
    collected.predicted.push_back(predicted);
    collected.features[i].fill_(static_cast<double>(sample));
    collected.probabilities[i].fill_((1 - sure) / 2);
    collected.probabilities[i][predicted] = sure;
  }
  return collected;
}

std::vector<std::int64_t> in_order() {
  std::vector<std::int64_t> rows(60);
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  return rows;
}

std::vector<std::int64_t> shuffled() {
  RandomStream random(5, 0, 0);
  return permutation(60, random);
}

std::vector<std::string> names(const Collected& collected, const std::vector<Mistake>& mistakes) {
  std::vector<std::string> result;
  for (const auto& mistake : mistakes) result.push_back(collected.names[mistake.row]);
  return result;
}

TEST(Mistakes, AreTheWrongOnesTheSurestFirst) {
  const auto collected = made(in_order());
  const auto mistakes = find_mistakes(collected);
  std::int64_t wrong = 0;
  for (std::size_t i = 0; i < collected.size(); ++i) {
    wrong += collected.truth[i] != collected.predicted[i];
  }
  EXPECT_EQ(static_cast<std::int64_t>(mistakes.size()), wrong);
  EXPECT_GT(wrong, 10);
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    EXPECT_NE(mistakes[i].truth, mistakes[i].predicted);
    EXPECT_GT(mistakes[i].probability, mistakes[i].truth_probability);
    if (i > 0) {
      EXPECT_GE(mistakes[i - 1].probability, mistakes[i].probability);
    }
  }
}

TEST(Mistakes, AreChosenAlikeForAnyOrderOfTheSamples) {
  const auto one = made(in_order()), other = made(shuffled());
  for (const bool worst : {false, true}) {
    const auto chosen = choose_mistakes(one, 3, worst, 7);
    EXPECT_EQ(names(one, chosen), names(other, choose_mistakes(other, 3, worst, 7)));
    for (std::int64_t label = 0; label < 3; ++label) {
      EXPECT_LE(std::ranges::count(chosen, label, &Mistake::truth), 3);
    }
    EXPECT_TRUE(std::ranges::is_sorted(chosen, {}, &Mistake::truth));
  }
  EXPECT_NE(names(one, choose_mistakes(one, 3, false, 7)),
            names(one, choose_mistakes(one, 3, false, 8)));
}

TEST(Mistakes, OfAPerfectClassifierAreNone) {
  auto collected = made(in_order());
  collected.predicted = collected.truth;
  EXPECT_TRUE(find_mistakes(collected).empty());
  EXPECT_TRUE(choose_mistakes(collected, 3, false, 0).empty());
  EXPECT_TRUE(confused_pairs(collected).empty());
  EXPECT_EQ(mistakes_csv(collected, {}), "path,truth,predicted,probability,truth_probability\n");
}

TEST(ConfusedPairs, AddUpToTheMistakesAndNameTheirShare) {
  const auto collected = made(in_order());
  const auto pairs = confused_pairs(collected);
  std::int64_t sum = 0;
  for (const auto& pair : pairs) {
    sum += pair.count;
    EXPECT_DOUBLE_EQ(pair.share, static_cast<double>(pair.count) / 20);
  }
  EXPECT_EQ(sum, static_cast<std::int64_t>(find_mistakes(collected).size()));
  EXPECT_THAT(pairs_csv(collected.classes, pairs), testing::HasSubstr("\"a, b\""));
}

TEST(Collected, ComesBackFromAFileToTheBit) {
  const test::TempFolder folder;
  auto& fs = FileSystem::real();
  const auto collected = made(shuffled());
  const auto file = folder / "features/test.safetensors";
  save_collected(fs, file, collected);
  const auto again = load_collected(file);
  EXPECT_EQ(again.names, collected.names);
  EXPECT_EQ(again.classes, collected.classes);
  EXPECT_EQ(again.split, "test");
  EXPECT_EQ(again.truth, collected.truth);
  EXPECT_EQ(again.predicted, collected.predicted);
  EXPECT_TRUE(torch::equal(again.features, collected.features));
  EXPECT_TRUE(torch::equal(again.probabilities, collected.probabilities));
  // Each row is still that of its picture.
  for (std::size_t i = 0; i < again.size(); ++i) {
    const auto sample = again.features[static_cast<std::int64_t>(i)][0].item<int>();
    EXPECT_EQ(again.names[i], cat("p", sample, ".jpg"));
    EXPECT_EQ(again.truth[i], sample % 3);
  }
}

TEST(Collected, ThatIsMissingSaysWhatToRun) {
  try {
    load_collected("nowhere/test.safetensors");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUsage);
    EXPECT_THAT(error.hint(), testing::HasSubstr("carica analyze"));
  }
}

}  // namespace
}  // namespace carica::analysis
