// Against scikit-learn: see golden/make_metric_peers.py.
#include "metrics/probabilities.h"

#include <algorithm>
#include <random>

#include "errors.h"
#include "golden/metric_peers_golden.h"
#include "metrics/calibration.h"
#include "near.h"

namespace carica::metrics {
namespace {

/// Random probabilities, some of them equal, and labels that they favour.
struct Random {
  Random(int class_count, std::size_t count, std::uint64_t seed) : classes(class_count) {
    std::mt19937_64 random(seed);
    for (std::size_t i = 0; i < count; ++i) {
      labels.push_back(static_cast<int>(random() % static_cast<std::uint64_t>(classes)));
      float sum = 0;
      const auto begin = probabilities.size();
      for (int c = 0; c < classes; ++c) {
        const auto value = static_cast<float>(1 + random() % 50 + (c == labels[i] ? 20 : 0));
        probabilities.push_back(value);
        sum += value;
      }
      for (auto p = begin; p < probabilities.size(); ++p) probabilities[p] /= sum;
    }
  }
  ScoredSamples samples() const { return {classes, labels, probabilities}; }

  Random shuffled(std::uint64_t seed) const {
    std::vector<std::size_t> order(labels.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), std::mt19937_64(seed));
    Random result = *this;
    for (std::size_t i = 0; i < order.size(); ++i) {
      result.labels[i] = labels[order[i]];
      const auto row = samples().row(order[i]);
      std::copy(row.begin(), row.end(),
                result.probabilities.begin() + static_cast<std::ptrdiff_t>(i * row.size()));
    }
    return result;
  }

  int classes;
  std::vector<int> labels;
  std::vector<float> probabilities;
};

TEST(Probabilities, HaveTheMetricsOfScikitLearn) {
  const auto cases = golden::probability_cases();
  ASSERT_EQ(cases.size(), 7);
  for (std::size_t number = 0; number < cases.size(); ++number) {
    SCOPED_TRACE(number);
    const auto& one = cases[number];
    const ScoredSamples samples{one.classes, one.labels, one.scores};
    EXPECT_NEAR(top_k_share(samples, 2), one.top_2, kFloat64);
    EXPECT_NEAR(negative_log_likelihood(samples), one.nll, kFloat64);
    EXPECT_NEAR(brier_score(samples), one.brier, kFloat64);
    const auto ranked = rankings(samples);
    const auto metrics = ranking_metrics(ranked);
    expect_near(metrics.roc_auc, one.auc, kFloat64, "auc");
    expect_near(metrics.roc_auc_macro, one.auc_macro, kFloat64, "macro auc");
    expect_near(metrics.roc_auc_weighted, one.auc_weighted, kFloat64, "weighted auc");
    expect_near(metrics.average_precision, one.ap, kFloat64, "ap");
    expect_near(metrics.average_precision_macro, one.ap_macro, kFloat64, "macro ap");
    const auto calibrated = calibration(samples);
    EXPECT_NEAR(calibrated.expected_error, one.ece, kFloat64);
    EXPECT_NEAR(calibrated.maximum_error, one.mce, kFloat64);
    golden::Counts bins;
    for (const auto& bin : calibrated.bins) bins.push_back(bin.samples);
    EXPECT_EQ(bins, one.bin_samples);
    golden::Numbers fpr, tpr;
    for (const auto& point : roc_curve(ranked[0])) {
      fpr.push_back(point.false_positive_rate);
      tpr.push_back(point.true_positive_rate);
    }
    expect_near(fpr, one.fpr, kFloat64, "fpr");
    expect_near(tpr, one.tpr, kFloat64, "tpr");
  }
}

TEST(Probabilities, DoNotDependOnTheOrderOfTheSamples) {
  const Random samples(5, 400, 1);
  const Random other = samples.shuffled(2);
  const auto a = samples.samples(), b = other.samples();
  EXPECT_NE(samples.labels, other.labels);
  EXPECT_EQ(top_k_share(a, 2), top_k_share(b, 2));
  EXPECT_EQ(negative_log_likelihood(a), negative_log_likelihood(b));
  EXPECT_EQ(brier_score(a), brier_score(b));
  EXPECT_EQ(ranking_metrics(rankings(a)).roc_auc, ranking_metrics(rankings(b)).roc_auc);
  EXPECT_EQ(ranking_metrics(rankings(a)).average_precision,
            ranking_metrics(rankings(b)).average_precision);
  EXPECT_EQ(calibration(a).expected_error, calibration(b).expected_error);
  EXPECT_EQ(calibration(a).maximum_error, calibration(b).maximum_error);
}

TEST(Probabilities, OfASingleClassHaveNoArea) {
  const std::vector<int> labels(4, 1);
  const std::vector<float> scores = {0.5F, 0.5F, 0.1F, 0.9F, 0.25F, 0.75F, 1, 0};
  const ScoredSamples samples{2, labels, scores};
  const auto ranked = rankings(samples);
  const auto metrics = ranking_metrics(ranked);
  for (const double area : metrics.roc_auc) EXPECT_TRUE(std::isnan(area));
  EXPECT_TRUE(std::isnan(metrics.roc_auc_macro));
  EXPECT_TRUE(std::isnan(metrics.roc_auc_weighted));
  EXPECT_TRUE(std::isnan(metrics.average_precision[0]));
  EXPECT_EQ(metrics.average_precision[1], 1);
  EXPECT_TRUE(roc_curve(ranked[1]).empty());
  EXPECT_TRUE(std::isfinite(negative_log_likelihood(samples)));
}

TEST(Probabilities, OfNoSampleAreDefined) {
  const ScoredSamples none{3, {}, {}};
  EXPECT_EQ(top_k_share(none, 1), 0);
  EXPECT_TRUE(std::isnan(negative_log_likelihood(none)));
  EXPECT_TRUE(std::isnan(brier_score(none)));
  EXPECT_TRUE(std::isnan(ranking_metrics(rankings(none)).roc_auc_macro));
  const auto calibrated = calibration(none);
  EXPECT_EQ(calibrated.bins.size(), 15);
  EXPECT_TRUE(std::isnan(calibrated.expected_error));
  EXPECT_TRUE(std::isnan(calibrated.bins[0].accuracy));
}

TEST(Probabilities, ThatAreNaNEarnNothingAndCannotHide) {
  const std::vector<int> labels = {0, 1};
  const std::vector<float> scores = {NAN, NAN, 0.2F, 0.8F};
  const ScoredSamples samples{2, labels, scores};
  EXPECT_EQ(top_k_share(samples, 2), 0.5);
  EXPECT_EQ(top_class(samples.row(0)), 0);
  EXPECT_EQ(top_class(std::vector<float>{NAN, 0.1F}), 1);
  EXPECT_TRUE(std::isnan(negative_log_likelihood(samples)));
  EXPECT_TRUE(std::isnan(brier_score(samples)));
  EXPECT_TRUE(std::isnan(calibration(samples).expected_error));
  EXPECT_EQ(ranking_metrics(rankings(samples)).roc_auc[0], 0);  // NaN ranks last
}

TEST(Probabilities, RefuseWhatDoesNotFit) {
  const std::vector<int> labels = {0, 2};
  const std::vector<float> four(4, 0.5F), three(3, 0.5F);
  EXPECT_EQ(refusal([&] { require_valid({2, labels, three}); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([&] { require_valid({0, labels, {}}); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([&] { brier_score({2, labels, four}); }), ErrorCode::kData);
  const std::vector<int> right = {0, 1};
  EXPECT_EQ(refusal([&] { top_k_share({2, right, four}, 0); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([&] { calibration({2, right, four}, 0); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([&] { roc_curve(Ranking{}, 1); }), ErrorCode::kShape);
  EXPECT_EQ(refusal([&] { rank(four, std::vector<std::uint8_t>(3)); }), ErrorCode::kShape);
}

TEST(RocCurve, KeepsItsEndsAndItsAreaWhenThinned) {
  std::mt19937_64 random(3);
  std::vector<float> scores(5000);
  std::vector<std::uint8_t> truths(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    truths[i] = random() % 4 == 0;
    scores[i] = static_cast<float>(random() % 100'000) + (truths[i] != 0 ? 30'000.0F : 0.0F);
  }
  const auto ranking = rank(scores, truths);
  const auto points = roc_curve(ranking, 200);
  EXPECT_LE(points.size(), 200);
  EXPECT_GE(points.size(), 190);
  EXPECT_EQ(points.front().true_positive_rate, 0);
  EXPECT_TRUE(std::isinf(points.front().threshold));
  EXPECT_EQ(points.back().false_positive_rate, 1);
  EXPECT_EQ(points.back().true_positive_rate, 1);
  double area = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto &a = points[i - 1], &b = points[i];
    EXPECT_LE(a.threshold, INFINITY);
    EXPECT_GT(a.threshold, b.threshold);
    EXPECT_LE(b.false_positive_rate + b.true_positive_rate,
              a.false_positive_rate + a.true_positive_rate + 2.0 / 199 + 0.002);
    area += (b.false_positive_rate - a.false_positive_rate) *
            (a.true_positive_rate + b.true_positive_rate) / 2;
  }
  EXPECT_NEAR(area, roc_auc(ranking), 1e-3);
  EXPECT_EQ(roc_curve(ranking, 2).size(), 2);
}

TEST(Calibration, TakesWhatWasPredictedWhereProbabilitiesTie) {
  const std::vector<int> labels = {0, 1}, predicted = {1, 1};
  const std::vector<float> scores = {1, 1, 1, 1};  // sigmoids of large logits
  EXPECT_EQ(calibration({2, labels, scores}, predicted).expected_error, 0.5);
  const std::vector<int> none;
  EXPECT_EQ(refusal([&] { calibration({2, labels, scores}, none); }), ErrorCode::kShape);
}

TEST(Calibration, PutsAnEdgeIntoTheLowerBin) {
  const std::vector<int> labels = {0, 0, 1};
  const std::vector<float> scores = {0.5F, 0.5F, 1, 0, 0.25F, 0.75F};
  const auto bins = calibration({2, labels, scores}, 4).bins;
  EXPECT_EQ(bins[1].samples, 1);  // (0.25, 0.5]
  EXPECT_EQ(bins[1].high, 0.5);
  EXPECT_EQ(bins[2].samples, 1);  // 0.75
  EXPECT_EQ(bins[3].samples, 1);  // 1
  EXPECT_EQ(bins[3].confidence, 1);
}

}  // namespace
}  // namespace carica::metrics
