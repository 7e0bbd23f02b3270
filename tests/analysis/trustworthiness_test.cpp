#include "analysis/embedding/trustworthiness.h"

#include <gtest/gtest.h>

#include "analysis/support.h"
#include "golden/analysis_golden.h"

namespace carica::analysis {
namespace {

TEST(Trustworthiness, IsThatOfScikitLearn) {
  const auto points = golden_tensor(golden::kPointFeatures, {golden::kPoints, golden::kFeatures});
  const auto places = golden_tensor(golden::kEmbedding, {golden::kPoints, 2});
  EXPECT_NEAR(trustworthiness(points, places, 1), golden::kTrust1, 1e-12);
  EXPECT_NEAR(trustworthiness(points, places), golden::kTrust5, 1e-12);
  EXPECT_NEAR(trustworthiness(points, places, 12), golden::kTrust12, 1e-12);
}

TEST(Trustworthiness, OfTheFeaturesThemselvesIsOneOverBlocksToo) {
  const auto points = normal_numbers(3000, 3);
  EXPECT_EQ(trustworthiness(points, points * 2 + 1), 1);
  EXPECT_LT(trustworthiness(points, normal_numbers(3000, 2, 2)), 0.55);
}

TEST(Trustworthiness, RefusesRowsThatDoNotFit) {
  const auto points = normal_numbers(10, 3);
  EXPECT_EQ(message_of(ErrorCode::kShape, [&] { trustworthiness(points, points.slice(0, 1)); }),
            "trustworthiness: 10 rows of features and 9 of the embedding; must be as many");
  EXPECT_EQ(message_of(ErrorCode::kUsage, [&] { trustworthiness(points, points, 5); }),
            "trustworthiness: 5 neighbours of 10 points; must be at least 1 and less than half of "
            "them");
  message_of(ErrorCode::kNumeric, [&] { trustworthiness(points, points * NAN, 2); });
}

}  // namespace
}  // namespace carica::analysis
