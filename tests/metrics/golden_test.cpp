// Against scikit-learn and torchmetrics: see golden/make_metrics.py.
#include <gtest/gtest.h>

#include "golden/metrics_golden.h"
#include "metrics/accumulator.h"
#include "metrics/confusion.h"

namespace carica::metrics {
namespace {

constexpr double kFloat64 = 1e-12;  // scikit-learn
constexpr double kFloat32 = 2e-7;   // torchmetrics

void expect_near(double actual, double expected, double tolerance, const char* what, int c) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(actual)) << what << " of class " << c << " is " << actual;
  } else {
    EXPECT_NEAR(actual, expected, tolerance) << what << " of class " << c;
  }
}

TEST(GoldenMetrics, EqualScikitLearnAndTorchmetrics) {
  const auto cases = golden::labels_cases();
  ASSERT_EQ(cases.size(), 30);
  for (std::size_t number = 0; number < cases.size(); ++number) {
    SCOPED_TRACE(number);
    const auto& golden = cases[number];
    Accumulator accumulator(golden.classes, golden::kIgnored, 1, torch::kCPU);
    accumulator.add(torch::tensor(golden.prediction), torch::tensor(golden.truth));
    const Confusion confusion = accumulator.confusion();
    EXPECT_EQ(confusion.counts, golden.counts);
    const auto classes = per_class(confusion);
    for (int c = 0; c < golden.classes; ++c) {
      const auto i = static_cast<std::size_t>(c);
      expect_near(classes[i].precision, golden.precision[i], kFloat64, "precision", c);
      expect_near(classes[i].recall, golden.recall[i], kFloat64, "recall", c);
      expect_near(classes[i].f1, golden.f1[i], kFloat64, "f1", c);
      expect_near(classes[i].iou, golden.iou[i], kFloat32, "iou", c);
      expect_near(classes[i].dice, golden.dice[i], kFloat32, "dice", c);
    }
    const Summary summary = summarize(confusion);
    EXPECT_NEAR(summary.accuracy, golden.accuracy, kFloat64);
    EXPECT_NEAR(summary.precision_macro, golden.precision_macro, kFloat64);
    EXPECT_NEAR(summary.recall_macro, golden.recall_macro, kFloat64);
    EXPECT_NEAR(summary.f1_macro, golden.f1_macro, kFloat64);
    EXPECT_NEAR(summary.f1_weighted, golden.f1_weighted, kFloat64);
    EXPECT_NEAR(summary.miou, golden.miou, kFloat32);
    EXPECT_NEAR(summary.mdice, golden.mdice, kFloat32);
  }
}

TEST(GoldenMetrics, EqualTorchmetricsInTopK) {
  const auto cases = golden::top_k_cases();
  ASSERT_EQ(cases.size(), 20);
  for (std::size_t number = 0; number < cases.size(); ++number) {
    SCOPED_TRACE(number);
    const auto& golden = cases[number];
    Accumulator accumulator(golden.classes, -1, golden.top_k, torch::kCPU);
    accumulator.add_top_k(torch::tensor(golden.scores).view({-1, golden.classes}),
                          torch::tensor(golden.truth));
    EXPECT_NEAR(accumulator.top_k_share(), golden.share, kFloat32);
  }
}

}  // namespace
}  // namespace carica::metrics
