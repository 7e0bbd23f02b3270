#include "analysis/embedding/forces.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include "analysis/embedding/device_forces.h"
#include "analysis/embedding/grid_nodes.h"
#include "analysis/embedding/grid_repulsion.h"
#include "analysis/embedding/tsne.h"
#include "analysis/support.h"
#include "golden/analysis_golden.h"

namespace carica::analysis {
namespace {

Affinities golden_affinities() {
  const auto points = golden_tensor(golden::kPointFeatures, {golden::kPoints, golden::kFeatures});
  return affinities(nearest_neighbors(points, golden::kNeighbors), golden::kPerplexity);
}

torch::Tensor gradient(const Affinities& p, const torch::Tensor& positions) {
  const auto push = exact_repulsion(positions);
  return 4 * (attraction(p, positions) - push.forces / push.normalizer);
}

// Clusters of different sizes over about 100 units, as a finished embedding.
torch::Tensor finished_embedding(std::int64_t points) {
  const auto centers = normal_numbers(10, 2, 5) * 25;
  const auto widths = torch::linspace(1, 6, 10);
  const auto of = torch::arange(points) % 10;
  return (centers.index_select(0, of) +
          normal_numbers(points, 2, 6) * widths.index_select(0, of).unsqueeze(1))
      .t()
      .contiguous();
}

TEST(Forces, GiveTheKlAndTheGradientOfScikitLearn) {
  const auto p = golden_affinities();
  const auto check = [&](const torch::Tensor& places, double kl, const std::vector<double>& slope) {
    EXPECT_NEAR(kl_divergence(p, places), kl, 1e-5);
    const auto expected = golden_tensor(slope, places.sizes());
    EXPECT_LT(relative_error(gradient(p, places.t().contiguous()).t(), expected), 2e-5);
  };
  check(golden_tensor(golden::kEmbedding, {golden::kPoints, 2}), golden::kKl, golden::kGradient);
  check(golden_tensor(golden::kEmbedding3d, {golden::kPoints, 3}), golden::kKl3d,
        golden::kGradient3d);
}

TEST(Forces, AreTheSlopeOfTheKl) {
  const auto p = golden_affinities();
  const auto places = golden_tensor(golden::kEmbedding, {golden::kPoints, 2});
  const auto slopes = gradient(p, places.t().contiguous());
  const float step = 1.0F / 64;
  for (const int i : {0, 7, 25}) {
    for (const int d : {0, 1}) {
      auto more = places.clone(), less = places.clone();
      more[i][d] += step;
      less[i][d] -= step;
      const double difference =
          (kl_divergence(p, more) - kl_divergence(p, less)) / (2.0 * static_cast<double>(step));
      EXPECT_NEAR(slopes[d][i].item<double>(), difference, 2e-4);
    }
  }
}

TEST(Forces, AreThoseOfPlainOperatorsForEverySizeOfRowAndBlock) {
  for (const std::int64_t n : {2, 3, 5, 63, 64, 65, 1001, 4100}) {
    for (const std::int64_t dims : {2, 3}) {
      if (dims == 3 && n > 4096) continue;  // parts of sums were seen in 2-D
      const auto features = normal_numbers(n, 4);
      const auto p = affinities(nearest_neighbors(features, std::min<std::int64_t>(n - 1, 20)), 1);
      const auto positions = (normal_numbers(dims, n, 2) * 8).contiguous();
      const auto ours = exact_repulsion(positions);
      const auto plain = device_repulsion(positions.to(torch::kDouble));
      EXPECT_LT(relative_error(ours.forces, plain.forces), 1e-5) << n;
      EXPECT_NEAR(ours.normalizer.item<double>() / plain.normalizer.item<double>(), 1, 1e-5) << n;
      EXPECT_LT(relative_error(attraction(p, positions), device_attraction(p, positions)), 1e-5)
          << n;
    }
  }
}

TEST(Forces, OfTheGridAreWithinTwoThousandthsOfTheExactOnes) {
  const auto positions = finished_embedding(2000);
  for (const double scale : {1e-5, 1e-2, 0.1, 0.3, 1.0, 2.0}) {
    GridRepulsion grid;
    const auto ours = grid(positions * scale);
    const auto exact = exact_repulsion(positions * scale);
    EXPECT_LT(relative_error(ours.forces, exact.forces), 2e-3) << scale;
    EXPECT_NEAR(ours.normalizer.item<double>() / exact.normalizer.item<double>(), 1, 1e-4) << scale;
  }
}

TEST(Forces, OfPlainOperatorsOnTheGridAreThoseOfOurLoops) {
  // So many are spread in two parts.
  const auto positions = finished_embedding(20000);
  const GridPlace place{{-100, -101}, 0.75, 300};
  const auto charge = spread(positions, place);
  EXPECT_NEAR(charge.sum(torch::kDouble).item<double>(), 20000, 0.05);
  EXPECT_LT(relative_error(device_spread(positions, place), charge), 1e-5);
  const auto fields = torch::stack({charge.t(), charge * 2});
  EXPECT_LT(relative_error(device_interpolate(fields, positions, place),
                           interpolate(fields, positions, place)),
            1e-5);
}

TEST(Forces, OfOneGridForManyEmbeddingsAreThoseOfAFreshOne) {
  GridRepulsion kept;
  for (const double scale : {1.0, 0.1, 1.3, 1.0}) {
    const auto positions = finished_embedding(500) * scale;
    GridRepulsion fresh;
    const auto a = kept(positions), b = fresh(positions);
    EXPECT_TRUE(a.forces.equal(b.forces));
    EXPECT_TRUE(a.normalizer.equal(b.normalizer));
  }
}

TEST(Forces, AreTheSameBitsForAnyNumberOfThreads) {
  const auto positions = finished_embedding(20000);
  const auto p = affinities(nearest_neighbors(positions.t().slice(0, 0, 3000), 30), 10);
  const auto some = positions.slice(1, 0, 3000).contiguous();
  const auto all = [&] {
    GridRepulsion grid;
    const auto on_grid = grid(positions), exact = exact_repulsion(some);
    return std::vector<torch::Tensor>{on_grid.forces, on_grid.normalizer, exact.forces,
                                      exact.normalizer, attraction(p, some)};
  };
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto first = all();
  at::set_num_threads(3);
  const auto second = all();
  at::set_num_threads(threads);
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(first[i].equal(second[i])) << i;
}

TEST(GpuForces, AreThoseOfTheCpu) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  const auto positions = finished_embedding(20000), some = positions.slice(1, 0, 3000).contiguous();
  const auto p = affinities(nearest_neighbors(some.t(), 90), 30);
  const auto cuda = torch::Device(torch::kCUDA);
  GridRepulsion grid, device_grid;
  for (const bool exact : {true, false}) {
    const auto host = exact ? exact_repulsion(positions) : grid(positions);
    const auto device =
        exact ? exact_repulsion(positions.to(cuda)) : device_grid(positions.to(cuda));
    EXPECT_LT(relative_error(device.forces.cpu(), host.forces), 1e-4) << exact;
    EXPECT_NEAR(device.normalizer.item<double>() / host.normalizer.item<double>(), 1, 1e-5);
  }
  EXPECT_LT(relative_error(attraction(p.to(cuda), some.to(cuda)).cpu(), attraction(p, some)), 1e-4);
}

}  // namespace
}  // namespace carica::analysis
