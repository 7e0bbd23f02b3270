#include "analysis/embedding/pca.h"

#include <gtest/gtest.h>

#include "analysis/support.h"
#include "golden/analysis_golden.h"

namespace carica::analysis {
namespace {

constexpr std::int64_t kFew = golden::kFeatures, kMany = golden::kPoints,
                       kAxes = golden::kComponents;

void expect_golden(const torch::Tensor& points, const std::vector<double>& components,
                   const std::vector<double>& ratios, const std::vector<double>& scores) {
  const Pca result = pca(points, kAxes);
  EXPECT_LT(
      largest_difference(result.components, golden_tensor(components, {kAxes, points.size(1)})),
      1e-6);
  EXPECT_LT(largest_difference(result.variance_ratio, golden_tensor(ratios, {kAxes})), 1e-9);
  EXPECT_LT(largest_difference(result.scores, golden_tensor(scores, {points.size(0), kAxes})),
            1e-5);
}

TEST(Pca, IsThatOfScikitLearnSignsIncluded) {
  const auto points = golden_tensor(golden::kPointFeatures, {kMany, kFew});
  expect_golden(points, golden::kTallComponents, golden::kTallRatios, golden::kTallScores);
  expect_golden(points.t(), golden::kWideComponents, golden::kWideRatios, golden::kWideScores);
}

TEST(Pca, OfVeryManyFeaturesIsThatOfTheExactWay) {
  // Rank 6 and noise: 1,600 x 1,700 is beyond what is done exactly, its transposed half is not.
  const auto points = normal_numbers(1600, 6).mm(normal_numbers(6, 1700, 2)) * 3 +
                      normal_numbers(1600, 1700, 3) + 5;
  const Pca random = pca(points, 4);
  const auto centred = points.to(torch::kDouble) - points.to(torch::kDouble).mean(0);
  const auto values = at::linalg_eigvalsh(centred.mm(centred.t()));
  const auto ratios = values.flip(0).slice(0, 0, 4) / values.sum();
  EXPECT_LT(largest_difference(random.variance_ratio, ratios), 1e-6);
  const auto identity = random.components.mm(random.components.t());
  EXPECT_LT(largest_difference(identity, torch::eye(4)), 1e-5);
  // The scores' sums of squares are the components' shares.
  const auto shares = random.scores.to(torch::kDouble).square().sum(0) / values.sum();
  EXPECT_LT(largest_difference(shares, ratios), 1e-6);
}

TEST(Pca, OfPointsThatAreOneIsZero) {
  for (const auto& points : {torch::ones({6, 3}), torch::ones({3, 6}), torch::ones({1, 4})}) {
    const Pca result = pca(points, 1);
    EXPECT_LT(result.scores.abs().max().item<double>(), 1e-6);
    EXPECT_EQ(result.variance_ratio.item<double>(), 0);
  }
}

TEST(Pca, RefusesMoreComponentsThanThereAre) {
  EXPECT_EQ(message_of(ErrorCode::kUsage,
                       [] {
                         pca(torch::ones({3, 6}), 4);
                       }),
            "pca: 4 components of [3, 6]; must be in [1, 3]");
  message_of(ErrorCode::kNumeric, [] { pca(torch::full({3, 6}, NAN), 2); });
}

}  // namespace
}  // namespace carica::analysis
