#include "analysis/embedding/neighbors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "analysis/support.h"
#include "golden/analysis_golden.h"

namespace carica::analysis {
namespace {

torch::Tensor golden_points() {
  return golden_tensor(golden::kPointFeatures, {golden::kPoints, golden::kFeatures});
}

TEST(Neighbors, AreThoseOfScikitLearn) {
  const auto near = nearest_neighbors(golden_points(), golden::kNeighbors);
  const std::int64_t shape[] = {golden::kPoints, golden::kNeighbors};
  EXPECT_TRUE(near.indices.equal(golden_tensor(golden::kNeighborIndices, shape)));
  EXPECT_LT(largest_difference(near.squared_distances.sqrt(),
                               golden_tensor(golden::kNeighborDistances, shape)),
            1e-5);
}

TEST(Neighbors, AreExactFarFromTheOriginAndOverBlocks) {
  // 3,000 points are several blocks; brute force in float64 says what is right.
  const auto points = normal_numbers(3000, 40) + 500;
  const auto near = nearest_neighbors(points, 5);
  const auto all =
      torch::cdist(points.to(torch::kDouble).slice(0, 2900), points.to(torch::kDouble));
  const auto right = std::get<1>(all.topk(6, 1, /*largest=*/false)).slice(1, 1);
  EXPECT_TRUE(near.indices.slice(0, 2900).equal(right));
}

TEST(Neighbors, OfEqualPointsAreAtZeroInOrderOfIndexAndNeverThePointItself) {
  auto points = normal_numbers(12, 3);
  for (const int i : {1, 4, 7}) points[i] = points[10];
  const auto near = nearest_neighbors(points, 3);
  EXPECT_TRUE(near.indices[4].equal(torch::tensor({1, 7, 10}, torch::kLong)));
  EXPECT_EQ(near.squared_distances[4].max().item<float>(), 0);
}

TEST(Neighbors, RefuseWhatIsNoPointOrTooManyOfThem) {
  const auto points = normal_numbers(6, 3);
  EXPECT_EQ(message_of(ErrorCode::kUsage, [&] { nearest_neighbors(points, 6); }),
            "neighbors: 6 of 6 points; must be at least 1 and less than 6");
  message_of(ErrorCode::kUsage, [&] { nearest_neighbors(points, 0); });
  message_of(ErrorCode::kShape, [&] { nearest_neighbors(points[0], 1); });
  message_of(ErrorCode::kShape, [&] { nearest_neighbors(points.to(torch::kLong), 1); });
  message_of(ErrorCode::kShape, [&] { nearest_neighbors(torch::empty({0, 3}), 1); });
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity(), 1e30F}) {
    auto wrong = points.clone();
    wrong[4][1] = bad;
    EXPECT_EQ(message_of(ErrorCode::kNumeric, [&] { nearest_neighbors(wrong, 2); }),
              "neighbors: row 4 is not finite or too large, as are 1 of 6 rows; must be finite");
  }
}

}  // namespace
}  // namespace carica::analysis
