#include "metrics/label_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "golden/label_sets_golden.h"

namespace carica::metrics {
namespace {

using testing::HasSubstr;

constexpr double kFloat64 = 1e-12;

void expect_near(double actual, double expected, const char* what) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(actual)) << what << " is " << actual;
  } else {
    EXPECT_NEAR(actual, expected, kFloat64) << what;
  }
}

torch::Tensor scores_of(const golden::LabelSetCase& one) {
  return torch::tensor(one.scores).view({-1, one.classes});
}

torch::Tensor truth_of(const golden::LabelSetCase& one) {
  return torch::tensor(one.truth, torch::kByte).view({-1, one.classes});
}

TEST(LabelSets, HaveTheMetricsOfScikitLearn) {
  const auto cases = golden::label_set_cases();
  ASSERT_EQ(cases.size(), 24);
  for (std::size_t number = 0; number < cases.size(); ++number) {
    SCOPED_TRACE(number);
    const auto& one = cases[number];
    LabelSets sets(one.classes);
    sets.add(scores_of(one), truth_of(one));
    const auto metrics = sets.metrics(golden::kThreshold);
    double sum = 0, present = 0;
    for (std::size_t c = 0; c < metrics.classes.size(); ++c) {
      const auto& own = metrics.classes[c];
      expect_near(own.precision, one.precision[c], "precision");
      expect_near(own.recall, one.recall[c], "recall");
      expect_near(own.f1, one.f1[c], "f1");
      expect_near(own.average_precision, one.average_precision[c], "average precision");
      EXPECT_EQ(own.support,
                truth_of(one).select(1, static_cast<std::int64_t>(c)).sum().item<int>());
      if (own.support > 0) sum += one.average_precision[c], ++present;
    }
    expect_near(metrics.map, present > 0 ? sum / present : NAN, "map");
    expect_near(metrics.precision_micro, one.precision_micro, "precision_micro");
    expect_near(metrics.recall_micro, one.recall_micro, "recall_micro");
    expect_near(metrics.f1_micro, one.f1_micro, "f1_micro");
    expect_near(metrics.precision_macro, one.precision_macro, "precision_macro");
    expect_near(metrics.recall_macro, one.recall_macro, "recall_macro");
    expect_near(metrics.f1_macro, one.f1_macro, "f1_macro");
    expect_near(metrics.f1_samples, one.f1_samples, "f1_samples");
    expect_near(metrics.exact_match, one.exact_match, "exact_match");
  }
}

TEST(LabelSets, DoNotDependOnBatches) {
  for (const auto& one : golden::label_set_cases()) {
    const auto scores = scores_of(one), truth = truth_of(one);
    LabelSets whole(one.classes), parts(one.classes);
    whole.add(scores, truth);
    auto reused = truth.slice(0, 0, 1).clone();
    for (std::int64_t i = 0; i < scores.size(0); ++i) {
      reused.copy_(truth.slice(0, i, i + 1));  // as slabs are
      parts.add(scores.slice(0, i, i + 1), reused);
    }
    const auto a = whole.metrics(0.5), b = parts.metrics(0.5);
    EXPECT_EQ(a.f1_samples, b.f1_samples);
    EXPECT_EQ(a.f1_micro, b.f1_micro);
    EXPECT_EQ(a.exact_match, b.exact_match);
    EXPECT_TRUE(a.map == b.map || (std::isnan(a.map) && std::isnan(b.map)));
  }
}

TEST(LabelSets, RankNaNLastAndNeverPredictIt) {
  LabelSets sets(1);
  sets.add(torch::tensor({{0.9F}, {NAN}, {0.2F}}), torch::tensor({{1}, {1}, {0}}, torch::kByte));
  const auto one = sets.metrics(0.1).classes[0];
  EXPECT_EQ(one.predicted, 2);
  EXPECT_DOUBLE_EQ(one.average_precision, 0.5 * 1 + 0.5 * (2.0 / 3));
}

TEST(LabelSets, OfNothingAreZeroWithoutAveragePrecision) {
  LabelSets sets(2);
  const auto metrics = sets.metrics(0.5);
  EXPECT_EQ(metrics.classes.size(), 2);
  EXPECT_TRUE(std::isnan(metrics.map));
  EXPECT_EQ(metrics.f1_micro, 0);
  EXPECT_EQ(metrics.exact_match, 0);
  EXPECT_EQ(
      per_class_csv(metrics, {"cat", "a,b"}),
      "name,precision,recall,f1,average_precision,support\ncat,0,0,0,nan,0\n\"a,b\",0,0,0,nan,0\n");
}

TEST(LabelSets, RefuseTensorsThatDoNotFit) {
  LabelSets sets(3);
  const auto refusal = [&](const torch::Tensor& scores, const torch::Tensor& truth) {
    try {
      sets.add(scores, truth);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kShape);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal(torch::zeros({2, 3}), torch::zeros({2, 3})),
              HasSubstr("must be float[N,3] and uint8[N,3]"));
  EXPECT_THAT(refusal(torch::zeros({2, 4}), torch::zeros({2, 4}, torch::kByte)),
              HasSubstr("[2, 4]"));
  EXPECT_THAT(refusal(torch::zeros({2, 3}), torch::zeros({3}, torch::kByte)), HasSubstr("[3]"));
}

}  // namespace
}  // namespace carica::metrics
