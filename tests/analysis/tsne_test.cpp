#include "analysis/embedding/tsne.h"

#include <gtest/gtest.h>
#include <torch/cuda.h>

#include <cmath>

#include "analysis/embedding/trustworthiness.h"
#include "analysis/support.h"

namespace carica::analysis {
namespace {

constexpr std::int64_t kBlobs = 3;

// Row i belongs to blob i % 3.
torch::Tensor blobs(std::int64_t points, std::int64_t features, double apart = 8) {
  const auto centers = normal_numbers(kBlobs, features, 3) * apart / std::sqrt(features);
  return centers.index_select(0, torch::arange(points) % kBlobs) * 2 +
         normal_numbers(points, features, 4);
}

// The share of points whose nearest neighbour in the embedding is of their blob.
double purity(const torch::Tensor& positions) {
  const auto near = nearest_neighbors(positions, 1).indices.view(-1);
  const auto own = torch::arange(positions.size(0)) % kBlobs;
  return near.remainder(kBlobs).eq(own).to(torch::kDouble).mean().item<double>();
}

// The least distance between blobs' centres over the largest of a point from its own.
double separation(const torch::Tensor& positions) {
  std::vector<torch::Tensor> centers;
  double widest = 0, nearest = INFINITY;
  for (std::int64_t b = 0; b < kBlobs; ++b) {
    const auto own = positions.slice(0, b, c10::nullopt, kBlobs);
    centers.push_back(own.mean(0));
    widest = std::max(widest, (own - centers.back()).norm(2, 1).max().item<double>());
  }
  for (std::int64_t a = 0; a < kBlobs; ++a) {
    for (std::int64_t b = 0; b < a; ++b) {
      const auto step = centers[static_cast<std::size_t>(a)] - centers[static_cast<std::size_t>(b)];
      nearest = std::min(nearest, step.norm().item<double>());
    }
  }
  return nearest / widest;
}

TsneOptions short_run(int dims = 2, TsneGradient gradient = TsneGradient::kAuto) {
  TsneOptions options;
  options.dims = dims;
  options.gradient = gradient;
  options.iterations = 500;
  return options;
}

TEST(Tsne, KeepsSeparatedBlobsApartByEveryGradient) {
  const auto features = blobs(300, 60);  // more than pca_dims
  for (const auto& options : {short_run(), short_run(3), short_run(2, TsneGradient::kGrid)}) {
    const auto result = tsne(features, options);
    EXPECT_EQ(result.positions.sizes(), (std::vector<std::int64_t>{300, options.dims}));
    EXPECT_EQ(result.exact, options.gradient != TsneGradient::kGrid);
    EXPECT_EQ(result.iterations, 500);
    EXPECT_EQ(purity(result.positions), 1);
    EXPECT_GT(separation(result.positions), 1.5);
    EXPECT_GT(result.kl, 0);
    EXPECT_LT(result.kl, 2);
  }
}

TEST(Tsne, GivesTheKlOfItsPositions) {
  auto options = short_run();
  options.pca_dims = 0;
  const auto features = blobs(200, 10);
  const auto result = tsne(features, options);
  const auto p = affinities(nearest_neighbors(features, 90), 30);
  EXPECT_NEAR(result.kl, kl_divergence(p, result.positions), 1e-6);
}

TEST(Tsne, IsTheSameBitsTwiceAndOtherBitsForAnotherSeed) {
  const auto features = blobs(150, 8);
  for (const auto gradient : {TsneGradient::kExact, TsneGradient::kGrid}) {
    auto options = short_run(2, gradient);
    options.iterations = 60;
    const auto first = tsne(features, options);
    EXPECT_TRUE(first.positions.equal(tsne(features, options).positions));
    options.seed = 1;
    EXPECT_FALSE(first.positions.equal(tsne(features, options).positions));
  }
}

TEST(Tsne, TakesFewPointsWithThePerplexityThatTheyAllow) {
  for (const std::int64_t n : {2, 3, 4, 5, 20, 90}) {
    for (const int dims : {2, 3}) {
      auto options = short_run(dims);
      options.iterations = 50;
      const auto result = tsne(blobs(n, 6), options);
      EXPECT_TRUE(result.positions.isfinite().all().item<bool>()) << n;
      EXPECT_DOUBLE_EQ(result.perplexity, std::max(1.0, (n - 1) / 3.0)) << n;
    }
  }
  const auto one = tsne(torch::ones({1, 4}), short_run(3));
  EXPECT_TRUE(one.positions.equal(torch::zeros({1, 3})));
}

TEST(Tsne, PartsPointsThatAreAllOneAndFillsAxesThatFeaturesLack) {
  auto options = short_run();
  options.iterations = 300;
  auto features = blobs(60, 5);
  features.slice(0, 0, 30).copy_(features[0].expand({30, 5}));
  for (const auto& points : {features, torch::ones({60, 5}), normal_numbers(60, 1)}) {
    const auto positions = tsne(points, options).positions;
    EXPECT_TRUE(positions.isfinite().all().item<bool>());
    EXPECT_GT(nearest_neighbors(positions, 1).squared_distances.min().item<double>(), 0);
    EXPECT_GT(positions.std(0).min().item<double>(), 0.1);
  }
}

TEST(Tsne, ReportsAndStopsWhenAsked) {
  std::vector<TsneProgress> seen;
  auto options = short_run();
  options.report_every = 20;
  options.report = [&](const TsneProgress& progress) {
    seen.push_back(progress);
    return seen.size() < 3;
  };
  const auto result = tsne(blobs(100, 5), options);
  EXPECT_EQ(result.iterations, 60);
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[1].iteration, 40);
  EXPECT_EQ(seen[1].iterations, 500);
  EXPECT_EQ(seen[2].kl, result.kl);
}

TEST(Tsne, RefusesFeaturesThatAreNotFinite) {
  auto features = blobs(30, 4);
  features[17][2] = std::nanf("");
  EXPECT_EQ(message_of(ErrorCode::kNumeric, [&] { tsne(features, {}); }),
            "t-SNE: row 17 is not finite or too large, as are 1 of 30 rows; must be finite");
  message_of(ErrorCode::kShape, [] { tsne(torch::ones({3}), {}); });
}

TEST(Tsne, RefusesOptionsOutOfRange) {
  const auto refused = [](auto change) {
    TsneOptions options;
    change(options);
    return message_of(ErrorCode::kUsage, [&] { tsne(torch::ones({4, 3}), options); });
  };
  EXPECT_EQ(refused([](auto& o) { o.dims = 4; }), "t-SNE: 4 dimensions; must be 2 or 3");
  refused([](auto& o) { o.perplexity = 0.5; });
  refused([](auto& o) { o.perplexity = std::nan(""); });
  refused([](auto& o) { o.iterations = 0; });
  refused([](auto& o) { o.exaggerated = -1; });
  refused([](auto& o) { o.early_exaggeration = 0; });
  refused([](auto& o) { o.learning_rate = -1; });
  refused([](auto& o) { o.pca_dims = -1; });
  refused([](auto& o) { o.report_every = 0; });
  refused([](auto& o) {
    o.dims = 3;
    o.gradient = TsneGradient::kGrid;
  });
}

TEST(Tsne, SaysSoWhenItDiverges) {
  auto options = short_run();
  options.learning_rate = 1e30;
  const auto message = message_of(ErrorCode::kNumeric, [&] { tsne(blobs(50, 4), options); });
  EXPECT_EQ(message, "t-SNE: positions are not finite after 500 iterations");
}

TEST(GpuTsne, KeepsBlobsApartAndIsTheSameBitsTwice) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  const auto features = blobs(600, 60).to(torch::kCUDA);
  for (const auto& options : {short_run(), short_run(3), short_run(2, TsneGradient::kGrid)}) {
    const auto result = tsne(features, options);
    EXPECT_EQ(purity(result.positions), 1);
    EXPECT_TRUE(result.positions.equal(tsne(features, options).positions));
  }
}

}  // namespace
}  // namespace carica::analysis
