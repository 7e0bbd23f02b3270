#include "analysis/centroids.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/support.h"

namespace carica::analysis {
namespace {

Collected training_of(const torch::Tensor& features, const std::vector<std::int64_t>& labels) {
  Collected collected;
  collected.classes = {"a", "b", "c"};
  collected.features = features;
  collected.truth = labels;
  for (const auto label : labels) collected.names.push_back(std::to_string(label));
  return collected;
}

TEST(Centroids, AreTheMeansOfTheClassesAndNaNWithoutSamples) {
  const auto centroids = class_centroids(
      training_of(torch::tensor({{1.0F, 2.0F}, {3.0F, 4.0F}, {10.0F, 0.0F}}), {2, 2, 0}));
  EXPECT_TRUE(centroids[2].equal(torch::tensor({2.0, 3.0}, torch::kDouble)));
  EXPECT_TRUE(centroids[0].equal(torch::tensor({10.0, 0.0}, torch::kDouble)));
  EXPECT_TRUE(centroids[1].isnan().all().item<bool>());
  EXPECT_TRUE(class_centroids(training_of(torch::zeros({0, 2}), {})).isnan().all().item<bool>());
}

TEST(Centroids, RefuseLabelsOutsideTheClasses) {
  for (const std::int64_t wrong : {-1, 3}) {
    EXPECT_EQ(message_of(ErrorCode::kData,
                         [&] {
                           class_centroids(training_of(torch::ones({2, 2}), {0, wrong}));
                         }),
              "centroids: sample 1 is class " + std::to_string(wrong) + "; must be in 0..2");
  }
}

TEST(CentroidDistances, OfAnotherRunThatIsRightAreNotAvailable) {
  const auto corners = torch::tensor({{0.0, 0.0}, {3.0, 4.0}}, torch::kDouble);
  const auto line = torch::tensor({{0.0}, {1.0}}, torch::kDouble);  // another network, other F
  const auto rows =
      centroid_distances({0, 1}, {{torch::tensor({{3.0F, 0.0F}, {0.0F, 1.0F}}), {1, 0}, corners},
                                  {torch::tensor({{0.25F}, {0.5F}}), {0, 0}, line}});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_DOUBLE_EQ(rows[0][0].to_true, 3);
  EXPECT_DOUBLE_EQ(rows[0][0].to_predicted.value(), 4);
  EXPECT_DOUBLE_EQ(rows[0][1].to_true, std::sqrt(18));
  EXPECT_DOUBLE_EQ(rows[0][1].to_predicted.value(), 1);
  EXPECT_DOUBLE_EQ(rows[1][0].to_true, 0.25);
  EXPECT_FALSE(rows[1][0].to_predicted.has_value());
  EXPECT_DOUBLE_EQ(rows[1][1].to_predicted.value(), 0.5);
}

TEST(CentroidDistances, ToAClassWithoutSamplesAreNaN) {
  const auto centroids = torch::tensor({{0.0}, {std::nan("")}}, torch::kDouble);
  const auto rows = centroid_distances({1}, {{torch::ones({1, 1}), {0}, centroids}});
  EXPECT_TRUE(std::isnan(rows[0][0].to_true));
  EXPECT_EQ(rows[0][0].to_predicted, 1);
}

TEST(CentroidDistances, RefuseRunsOfOtherPicturesOrClasses) {
  const auto two = torch::zeros({2, 3});
  const auto fails = [&](ErrorCode code, const RunFeatures& run) {
    return message_of(code, [&] { centroid_distances({0, 1}, {{two, {0, 1}, two}, run}); });
  };
  EXPECT_EQ(fails(ErrorCode::kShape, {torch::zeros({1, 3}), {0, 1}, two}),
            "centroids: run 1 has features [1, 3], 2 predictions and centroids [2, 3]; must be "
            "[2,F], 2 and [2,F]");
  fails(ErrorCode::kShape, {two, {0}, two});
  fails(ErrorCode::kShape, {torch::zeros({2, 4}), {0, 1}, two});
  fails(ErrorCode::kShape, {two, {0, 1}, torch::zeros({3, 3})});
  fails(ErrorCode::kData, {two, {0, 2}, two});
  EXPECT_TRUE(centroid_distances({}, {}).empty());
}

}  // namespace
}  // namespace carica::analysis
