// Against statsmodels and scikit-learn: see golden/make_metric_peers.py.
#include "metrics/paired_tests.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "errors.h"
#include "golden/metric_peers_golden.h"
#include "near.h"

namespace carica::metrics {
namespace {

std::vector<double> flat(const PairedDifference& one) {
  return {one.difference.value, one.difference.low, one.difference.high, one.p};
}

std::vector<double> hits(const std::vector<int>& truth, const std::vector<int>& prediction) {
  std::vector<double> result;
  for (std::size_t i = 0; i < truth.size(); ++i) result.push_back(truth[i] == prediction[i]);
  return result;
}

const RunPredictions kRun = {{"a", "b", "c"}, {0, 1, 1}, {0, 1, 0}};

std::string message(const RunPredictions& first, const RunPredictions& second) {
  return usage_message([&] { pair_up(first, second); });
}

TEST(McNemar, IsThatOfStatsmodels) {
  for (const auto& one : golden::mcnemar_cases()) {
    SCOPED_TRACE(testing::Message() << one.first_only << " and " << one.second_only);
    const McNemar test = mcnemar(one.first_only, one.second_only);
    EXPECT_EQ(test.exact, one.first_only + one.second_only < 25);
    EXPECT_NEAR(test.statistic, one.statistic, kFloat64);
    EXPECT_NEAR(test.p, one.p, kFloat64);
  }
}

TEST(McNemar, DoesNotDependOnWhichRunIsFirst) {
  for (std::int64_t b = 0; b < 40; ++b) {
    for (std::int64_t c = 0; c < 40; ++c) {
      EXPECT_EQ(mcnemar(b, c).p, mcnemar(c, b).p);
      EXPECT_LE(mcnemar(b, c).p, 1);
      if (b == c) {
        EXPECT_EQ(mcnemar(b, c).p, 1);
      }
    }
  }
}

TEST(PairedTests, HaveTheNumbersOfScikitLearnAndStatsmodelsOnTheSameResamples) {
  for (const auto& one : golden::paired_cases()) {
    const PairedPredictions runs{one.truth, one.first, one.second};
    const McNemar test = mcnemar(runs);
    EXPECT_EQ(test.first_only, one.first_only);
    EXPECT_EQ(test.second_only, one.second_only);
    EXPECT_NEAR(test.p, one.p, kFloat64);
    EXPECT_NEAR(test.statistic, one.statistic, kFloat64);
    const BootstrapOptions options{.resamples = 40, .seed = one.seed};
    expect_near(flat(bootstrap_mean_difference(hits(one.truth, one.first),
                                               hits(one.truth, one.second), options)),
                one.accuracy, kFloat64, "accuracy");
    expect_near(flat(bootstrap_f1_difference(one.classes, runs, options)), one.f1, kFloat64, "f1");
  }
}

TEST(PairedTests, OfARunWithItselfFindNoDifference) {
  const auto one = golden::paired_cases()[0];
  const PairedPredictions runs{one.truth, one.first, one.first};
  EXPECT_EQ(mcnemar(runs).p, 1);
  expect_near(flat(bootstrap_f1_difference(one.classes, runs, {.resamples = 20})), {0, NAN, NAN, 1},
              0, "f1");
}

// Each resample of a few samples that speak for one run has the sign of them all.
TEST(PairedTests, AreNoSurerThanTheSamplesOnWhichTheRunsDifferAllow) {
  for (int count = 1; count <= 12; ++count) {
    SCOPED_TRACE(count);
    const auto size = static_cast<std::size_t>(count);
    PairedPredictions runs{std::vector<int>(size + 20, 1), std::vector<int>(size + 20, 1), {}};
    runs.second = runs.truth;
    std::fill_n(runs.first.begin(), count, 0);  // wrong on `count` samples, equal on the others
    const double least = std::exp2(1 - count);
    EXPECT_EQ(mcnemar(runs).p, least);
    const auto right = hits(runs.truth, runs.second), wrong = hits(runs.truth, runs.first);
    for (const auto& found :
         {bootstrap_f1_difference(2, runs), bootstrap_mean_difference(wrong, right)}) {
      EXPECT_GT(found.difference.value, 0);
      EXPECT_GE(found.p, least);
      EXPECT_EQ(std::isnan(found.difference.low), count < 6);
    }
  }
  const std::vector<double> none = {0}, one = {1};
  EXPECT_EQ(bootstrap_mean_difference(none, one).p, 1);
}

TEST(PairedTests, OfResamplesWithoutADifferenceHaveNoP) {
  const auto none = paired_difference(NAN, {NAN, NAN}, 0.95, 30);
  EXPECT_TRUE(std::isnan(none.p) && std::isnan(none.difference.low));
  std::vector<double> some(999, 1.0);
  some.insert(some.end(), 500, NAN);  // left out
  EXPECT_DOUBLE_EQ(paired_difference(1, some, 0.95, 30).p, 2 / 1000.0);
}

TEST(PairedTests, DoNotDependOnTheOrderOfTheSamples) {
  const auto one = golden::paired_cases()[1];
  RunPredictions first{{}, one.truth, one.first}, second{{}, one.truth, one.second};
  for (std::size_t i = 0; i < one.truth.size(); ++i) {
    first.ids.push_back("picture " + std::to_string(i));
  }
  second.ids = first.ids;
  RunPredictions shuffled;
  std::vector<std::size_t> order(one.truth.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), std::mt19937_64(1));
  for (const auto i : order) {
    shuffled.ids.push_back(second.ids[i]);
    shuffled.truth.push_back(second.truth[i]);
    shuffled.prediction.push_back(second.prediction[i]);
  }
  const auto straight = pair_up(first, second), matched = pair_up(first, shuffled);
  EXPECT_EQ(straight.second, matched.second);
  const auto turned = pair_up(shuffled, first);
  EXPECT_EQ(turned.truth, shuffled.truth);
  const BootstrapOptions options{.resamples = 30};
  const auto swapped = PairedPredictions{turned.truth, turned.second, turned.first};
  EXPECT_EQ(flat(bootstrap_f1_difference(one.classes, straight, options)),
            flat(bootstrap_f1_difference(one.classes, swapped, options)));
  EXPECT_EQ(flat(bootstrap_mean_difference(hits(straight.truth, straight.first),
                                           hits(straight.truth, straight.second), options)),
            flat(bootstrap_mean_difference(hits(swapped.truth, swapped.first),
                                           hits(swapped.truth, swapped.second), options)));
}

TEST(PairedTests, RefuseRunsOverOtherSamples) {
  EXPECT_EQ(message(kRun, kRun), "");
  auto other = kRun;
  other.ids[2] = "d";
  EXPECT_EQ(message(kRun, other),
            "paired test: sample \"d\" is in the second run only; both runs must be over the same "
            "samples");
  EXPECT_THAT(message(kRun, {{"a", "b"}, {0, 1}, {0, 1}}),
              testing::HasSubstr("\"c\" is in the first run only"));
  other = kRun;
  other.truth[1] = 2;
  EXPECT_THAT(message(kRun, other), testing::HasSubstr("\"b\" has label 1 in the first run and 2"));
  other.ids = {"a", "a", "c"};
  EXPECT_THAT(message(kRun, other), testing::HasSubstr("\"a\" stands twice"));
  other.ids.pop_back();
  EXPECT_EQ(refusal([&] { pair_up(kRun, other); }), ErrorCode::kShape);
}

TEST(PairedTests, RefuseWhatIsNoNumberAndNoSample) {
  const std::vector<double> one = {1}, two = {1, 0}, broken = {1, NAN};
  EXPECT_EQ(refusal([&] { bootstrap_mean_difference(one, two); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([&] { bootstrap_mean_difference({}, {}); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([&] { bootstrap_mean_difference(two, broken); }), ErrorCode::kNumeric);
  EXPECT_EQ(refusal([] { bootstrap_f1_difference(2, {}); }), ErrorCode::kShape);
}

}  // namespace
}  // namespace carica::metrics
