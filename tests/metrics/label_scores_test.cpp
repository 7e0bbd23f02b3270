// Against scikit-learn and numpy on the same resamples: see golden/make_label_scores.py.
#include <algorithm>
#include <numeric>

#include "errors.h"
#include "golden/label_scores_golden.h"
#include "metrics/f1_threshold.h"
#include "metrics/label_bootstrap.h"
#include "metrics/label_sets.h"
#include "metrics/probabilities.h"
#include "metrics/scored_labels.h"
#include "near.h"

namespace carica::metrics {
namespace {

constexpr BootstrapOptions kOptions{
    .resamples = golden::kLabelResamples, .level = 0.95, .seed = golden::kLabelSeed};

ScoredLabels first_of(const golden::LabelScoresCase& one) {
  return {one.classes, one.truth, one.first};
}

std::vector<double> flat(const Interval& one) { return {one.value, one.low, one.high}; }

void append(std::vector<double>& to, const Interval& one) {
  for (const double value : flat(one)) to.push_back(value);
}

std::vector<double> flat(const LabelSetIntervals& intervals) {
  std::vector<double> result;
  for (const auto& one :
       {intervals.exact_match, intervals.f1_micro, intervals.f1_macro, intervals.map}) {
    append(result, one);
  }
  for (const auto& one : intervals.classes) {
    for (const auto& each : {one.precision, one.recall, one.f1, one.average_precision}) {
      append(result, each);
    }
  }
  return result;
}

LabelSetDifferences differences_of(const golden::LabelScoresCase& one) {
  return bootstrap_label_differences(one.classes, one.truth, {one.first, golden::kFirstThreshold},
                                     {one.second, golden::kSecondThreshold}, kOptions);
}

std::vector<double> flat(const LabelSetDifferences& found) {
  std::vector<double> result;
  for (const auto& one : {found.map, found.f1_macro}) {
    append(result, one.difference);
    result.push_back(one.p);
  }
  return result;
}

// The samples of a case in the order `rows`.
golden::LabelScoresCase reordered(golden::LabelScoresCase one,
                                  const std::vector<std::size_t>& rows) {
  const auto from = one;
  const auto width = static_cast<std::size_t>(one.classes);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t c = 0; c < width; ++c) {
      one.truth[i * width + c] = from.truth[rows[i] * width + c];
      one.first[i * width + c] = from.first[rows[i] * width + c];
      one.second[i * width + c] = from.second[rows[i] * width + c];
    }
  }
  return one;
}

TEST(LabelScores, HaveTheAreasCurvesAndReliabilityOfScikitLearn) {
  for (const auto& one : golden::label_scores_cases()) {
    const auto found = rankings(first_of(one));
    expect_near(ranking_metrics(found).roc_auc, one.roc_auc, kFloat64, "ROC AUC");
    std::vector<double> recall, precision;
    for (const auto& point : precision_recall_curve(found[0])) {
      recall.push_back(point.recall);
      precision.push_back(point.precision);
    }
    expect_near(recall, one.recall, kFloat64, "recall");
    expect_near(precision, one.precision, kFloat64, "precision");
    const auto reliability = calibration(first_of(one));
    EXPECT_NEAR(reliability.expected_error, one.ece, kFloat64);
    for (std::size_t b = 0; b < reliability.bins.size(); ++b) {
      EXPECT_EQ(reliability.bins[b].samples, one.bin_samples[b]);
    }
  }
}

TEST(LabelScores, HaveTheThresholdOfTheBestF1) {
  for (const auto& one : golden::label_scores_cases()) {
    const auto found = rankings(first_of(one));
    for (std::size_t c = 0; c < found.size(); ++c) {
      const double threshold = best_f1_threshold(found[c]);
      expect_near(threshold, one.best_threshold[c], 0, "threshold");
      if (std::isnan(threshold)) continue;
      const double best = at_threshold(found[c], threshold).f1;
      for (int k = 0; k <= 32; ++k) {
        EXPECT_LE(at_threshold(found[c], k / 32.0).f1, best);
      }
    }
  }
}

TEST(LabelScores, AreThoseOfLabelSetsAtAThreshold) {
  for (const auto& one : golden::label_scores_cases()) {
    LabelSets sets(one.classes);
    sets.add(torch::tensor(one.first).view({-1, one.classes}),
             torch::tensor(one.truth, torch::kByte).view({-1, one.classes}));
    const auto metrics = sets.metrics(golden::kFirstThreshold);
    const auto found = rankings(first_of(one));
    for (std::size_t c = 0; c < found.size(); ++c) {
      const auto own = at_threshold(found[c], golden::kFirstThreshold);
      EXPECT_EQ(own.precision, metrics.classes[c].precision);
      EXPECT_EQ(own.recall, metrics.classes[c].recall);
      EXPECT_EQ(own.f1, metrics.classes[c].f1);
    }
    const auto intervals =
        bootstrap_label_sets(first_of(one), golden::kFirstThreshold, {.resamples = 1});
    expect_near(intervals.map.value, metrics.map, kFloat64, "map");
    expect_near(intervals.f1_macro.value, metrics.f1_macro, kFloat64, "f1_macro");
    EXPECT_EQ(intervals.f1_micro.value, metrics.f1_micro);
    EXPECT_EQ(intervals.exact_match.value, metrics.exact_match);
  }
}

TEST(LabelBootstrap, HasThePercentilesOfNumpyOnScikitLearnsMetrics) {
  for (const auto& one : golden::label_scores_cases()) {
    const auto found = bootstrap_label_sets(first_of(one), golden::kFirstThreshold, kOptions);
    expect_near(flat(found), one.intervals, kFloat64, "interval");
  }
}

TEST(LabelBootstrap, OfTwoRunsHasTheDifferencesOfNumpyOnScikitLearnsMetrics) {
  for (const auto& one : golden::label_scores_cases()) {
    expect_near(flat(differences_of(one)), one.differences, kFloat64, "difference");
  }
}

TEST(LabelBootstrap, DoesNotDependOnTheOrderOfTheSamples) {
  for (const auto& one : golden::label_scores_cases()) {
    std::vector<std::size_t> rows(one.truth.size() / static_cast<std::size_t>(one.classes));
    std::iota(rows.rbegin(), rows.rend(), std::size_t{0});
    std::ranges::rotate(rows, rows.begin() + 3);
    const auto other = reordered(one, rows);
    expect_near(flat(bootstrap_label_sets(first_of(other), 0.5, kOptions)),
                flat(bootstrap_label_sets(first_of(one), 0.5, kOptions)), 0, "interval");
    expect_near(flat(differences_of(other)), flat(differences_of(one)), 0, "difference");
  }
}

TEST(LabelBootstrap, OfARunWithItselfFindsNoDifference) {
  const auto one = golden::label_scores_cases()[1];
  const LabelRun run{one.first, 0.5};
  const auto found = bootstrap_label_differences(one.classes, one.truth, run, run, kOptions);
  EXPECT_EQ(found.map.difference.value, 0);
  EXPECT_EQ(found.map.p, 1);
  EXPECT_EQ(found.f1_macro.p, 1);
}

TEST(LabelScores, RankNaNLastAndHaveNoCalibrationOfIt) {
  const std::vector<std::uint8_t> truth = {1, 1, 0};
  const std::vector<float> scores = {0.9F, NAN, 0.2F};
  const ScoredLabels samples{1, truth, scores};
  EXPECT_TRUE(std::isnan(calibration(samples).expected_error));
  const auto found = rankings(samples)[0];
  EXPECT_DOUBLE_EQ(best_f1_threshold(found), (double{0.9F} + double{0.2F}) / 2);
  EXPECT_EQ(at_threshold(found, 0).recall, 0.5);
  const auto intervals = bootstrap_label_sets(samples, 0.5, {.resamples = 5});
  EXPECT_DOUBLE_EQ(intervals.map.value, 0.5 * 1 + 0.5 * (2.0 / 3));
}

TEST(LabelScores, OfNothingHaveNoIntervals) {
  const ScoredLabels none{3, {}, {}};
  const auto intervals = bootstrap_label_sets(none, 0.5, {.resamples = 5});
  ASSERT_EQ(intervals.classes.size(), 3U);
  EXPECT_TRUE(std::isnan(intervals.map.value) && std::isnan(intervals.f1_macro.low));
  EXPECT_TRUE(std::isnan(calibration(none).expected_error));
  EXPECT_TRUE(precision_recall_curve(rankings(none)[0]).empty());
}

TEST(LabelScores, RefuseWhatDoesNotFit) {
  const std::vector<std::uint8_t> truth(6);
  const std::vector<float> scores(4);
  EXPECT_EQ(refusal([&] { rankings(ScoredLabels{2, truth, scores}); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([&] { rankings(ScoredLabels{0, {}, {}}); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([&] {
              calibration(ScoredLabels{4, truth, std::vector<float>(6)});
            }),
            ErrorCode::kShape);
  EXPECT_EQ(refusal([&] { bootstrap_label_differences(2, {}, {}, {}); }), ErrorCode::kShape);
}

TEST(PrecisionRecallCurve, OfManyScoresKeepsItsEndsAndFewPoints) {
  std::vector<float> scores(5000);
  std::vector<std::uint8_t> truths(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i] = static_cast<float>(i) / 5000;
    truths[i] = i % 7 == 0 || i > 4000;
  }
  const auto ranking = rank(scores, truths);
  const auto points = precision_recall_curve(ranking, 100);
  EXPECT_LE(points.size(), 100U);
  EXPECT_GT(points.size(), 50U);
  EXPECT_EQ(points.front().recall, 0);
  EXPECT_EQ(points.front().precision, 1);
  EXPECT_EQ(points.back().recall, 1);
  EXPECT_TRUE(std::ranges::is_sorted(points, {}, &PrecisionRecallPoint::recall));
}

}  // namespace
}  // namespace carica::metrics
