#include "analysis/embedding/affinities.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/support.h"
#include "golden/analysis_golden.h"

namespace carica::analysis {
namespace {

torch::Tensor dense(const Affinities& p) {
  auto result = torch::zeros({p.points(), p.points()});
  for (std::int64_t i = 0; i < p.points(); ++i) {
    const auto begin = p.offsets[i].item<std::int64_t>(),
               end = p.offsets[i + 1].item<std::int64_t>();
    result[i].index_put_({p.columns.slice(0, begin, end).to(torch::kLong)},
                         p.values.slice(0, begin, end));
  }
  return result;
}

TEST(Affinities, AreThoseOfScikitLearn) {
  const auto points = golden_tensor(golden::kPointFeatures, {golden::kPoints, golden::kFeatures});
  const auto p = affinities(nearest_neighbors(points, golden::kNeighbors), golden::kPerplexity);
  const auto expected = golden_tensor(golden::kJoint, {golden::kPoints, golden::kPoints});
  EXPECT_TRUE(dense(p).gt(0).equal(expected.gt(0)));
  // scikit-learn stops at an entropy within 1e-5.
  EXPECT_LT(largest_difference(dense(p), expected), 1e-5 * expected.max().item<double>());
}

TEST(Affinities, AreSymmetricAndSumToOneWithAscendingColumns) {
  const auto p = affinities(nearest_neighbors(normal_numbers(500, 8), 30), 10);
  const auto matrix = dense(p);
  EXPECT_TRUE(matrix.equal(matrix.t()));
  EXPECT_NEAR(p.values.to(torch::kDouble).sum().item<double>(), 1, 1e-6);
  for (std::int64_t i = 0; i < p.points(); ++i) {
    const auto row = p.columns.slice(0, p.offsets[i].item<std::int64_t>(),
                                     p.offsets[i + 1].item<std::int64_t>());
    EXPECT_TRUE(row.diff().gt(0).all().item<bool>());
  }
}

TEST(Affinities, HaveThePerplexityThatWasAskedForAtAnyScale) {
  // No row points at row 0, so that it holds its own Gaussian and nothing else.
  const auto first = torch::arange(1, 91, torch::kLong), second = first + 90;
  const auto indices =
      torch::cat({first.expand({1, 90}), second.expand({90, 90}), first.expand({90, 90})});
  for (const double scale : {1e-6, 1.0, 1e6}) {
    const auto squares = nearest_neighbors(normal_numbers(181, 4) * scale, 90).squared_distances;
    for (const double perplexity : {1.5, 5.0, 30.0, 80.0}) {
      const auto p = affinities({indices, squares}, perplexity);
      const auto own = p.values.slice(0, 0, 90).to(torch::kDouble) * 2 * 181;
      ASSERT_EQ(p.offsets[1].item<std::int64_t>(), 90);
      EXPECT_NEAR(own.sum().item<double>(), 1, 1e-6);
      EXPECT_NEAR(-torch::xlogy(own, own).sum().item<double>(), std::log(perplexity), 1e-5);
    }
  }
}

TEST(Affinities, ShareAlikeAmongMoreEqualPointsThanThePerplexity) {
  auto points = normal_numbers(40, 3);
  points.slice(0, 0, 20).copy_(points[0].expand({20, 3}));
  const auto p = affinities(nearest_neighbors(points, 15), 5);
  EXPECT_TRUE(p.values.isfinite().all().item<bool>());
  EXPECT_NEAR(p.values.to(torch::kDouble).sum().item<double>(), 1, 1e-6);
  const auto same = affinities(nearest_neighbors(torch::ones({9, 2}), 8), 3);
  EXPECT_LT(largest_difference(same.values, torch::full({72}, 1.0 / 72)), 1e-8);
}

TEST(Affinities, AreTheSameBitsForAnyNumberOfThreads) {
  const auto near = nearest_neighbors(normal_numbers(700, 5), 30);
  const int threads = at::get_num_threads();
  const auto first = affinities(near, 10);
  at::set_num_threads(threads == 1 ? 2 : 1);
  const auto second = affinities(near, 10);
  at::set_num_threads(threads);
  EXPECT_TRUE(first.offsets.equal(second.offsets));
  EXPECT_TRUE(first.columns.equal(second.columns));
  EXPECT_TRUE(first.values.equal(second.values));
}

TEST(Affinities, RefuseAPerplexityThatTheNeighborsCannotGive) {
  const auto near = nearest_neighbors(normal_numbers(10, 2), 6);
  EXPECT_EQ(message_of(ErrorCode::kUsage, [&] { affinities(near, 6.5); }),
            "affinities: perplexity 6.5 with 6 neighbours; must be in [1, 6]");
  message_of(ErrorCode::kUsage, [&] { affinities(near, 0.5); });
  message_of(ErrorCode::kUsage, [&] { affinities(near, std::nan("")); });
}

}  // namespace
}  // namespace carica::analysis
