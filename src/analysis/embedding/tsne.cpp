#include "analysis/embedding/tsne.h"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/embedding/forces.h"
#include "analysis/embedding/grid_repulsion.h"
#include "analysis/embedding/pca.h"
#include "analysis/embedding/points.h"
#include "core/error.h"
#include "core/random.h"
#include "core/text.h"

namespace carica::analysis {
namespace {

constexpr std::int64_t kExactPoints = 8000;

void check(const TsneOptions& options) {
  const auto refuse = [](const std::string& found, const std::string& allowed) {
    throw Error(ErrorCode::kUsage, cat("t-SNE: ", found, "; must be ", allowed));
  };
  if (options.dims != 2 && options.dims != 3) refuse(cat(options.dims, " dimensions"), "2 or 3");
  if (!(options.perplexity >= 1) || !std::isfinite(options.perplexity)) {
    refuse(cat("perplexity ", options.perplexity), "at least 1");
  }
  if (options.iterations < 1) refuse(cat(options.iterations, " iterations"), "at least 1");
  if (options.exaggerated < 0) refuse(cat(options.exaggerated, " exaggerated"), "at least 0");
  if (!(options.early_exaggeration >= 1) || !std::isfinite(options.early_exaggeration)) {
    refuse(cat("early exaggeration ", options.early_exaggeration), "at least 1");
  }
  if (!(options.learning_rate >= 0) || !std::isfinite(options.learning_rate)) {
    refuse(cat("learning rate ", options.learning_rate), "0 (automatic) or more");
  }
  if (options.pca_dims < 0) refuse(cat("pca_dims ", options.pca_dims), "0 (off) or more");
  if (options.report_every < 1) refuse(cat("report_every ", options.report_every), "at least 1");
  if (options.gradient == TsneGradient::kGrid && options.dims == 3) {
    refuse("the grid's gradient in 3 dimensions", "exact or automatic there");
  }
}

/// float[dims,N]: the first components, scaled so that the first has a standard deviation of 1e-4,
/// and a hundredth of that as noise: equal points part, and axes that the features lack are filled.
torch::Tensor first_positions(const torch::Tensor& points, const TsneOptions& options) {
  constexpr double kDeviation = 1e-4;
  const auto n = points.size(0);
  const auto axes = std::min({std::int64_t{options.dims}, n, points.size(1)});
  auto scores = pca(points, axes).scores.t().cpu();
  const double deviation = scores[0].std(/*unbiased=*/false).item<double>();
  auto result = torch::empty({options.dims, n});
  auto* value = result.mutable_data_ptr<float>();
  RandomStream random(options.seed, 0, 0);
  for (std::int64_t i = 0; i < result.numel(); ++i) {
    value[i] = static_cast<float>(kDeviation / 100 * random.normal());
  }
  if (deviation > 0) result.slice(0, 0, axes) += scores * (kDeviation / deviation);
  return result.to(points.device());
}

/// The positions under way: momentum, and a gain for each coordinate.
class Descent {
 public:
  Descent(torch::Tensor positions, double rate)
      : positions_(std::move(positions)),
        change_(torch::zeros_like(positions_)),
        gains_(torch::ones_like(positions_)),
        rate_(rate) {}

  const torch::Tensor& positions() const { return positions_; }

  void step(const torch::Tensor& gradient, double momentum) {
    const auto turned = (change_ * gradient).lt(0);
    gains_ = torch::where(turned, gains_ + 0.2, gains_ * 0.8).clamp_min_(0.01);
    change_.mul_(momentum).addcmul_(gains_, gradient, -rate_);
    positions_ += change_;
  }

 private:
  torch::Tensor positions_, change_, gains_;
  double rate_;
};

}  // namespace

Embedding tsne(const torch::Tensor& features, const TsneOptions& options) {
  check(options);
  torch::NoGradGuard no_grad;
  auto points = checked_points(features, "t-SNE");
  const auto n = points.size(0);
  Embedding result;
  if (n == 1) {
    result.positions = torch::zeros({1, options.dims});
    return result;
  }
  if (options.pca_dims > 0 && points.size(1) > options.pca_dims) {
    points = pca(points, std::min<std::int64_t>(options.pca_dims, n)).scores;
  }
  const auto wanted = static_cast<std::int64_t>(std::min(3 * options.perplexity, 1e9));
  const auto near = std::min(wanted, n - 1);
  result.perplexity = std::min(options.perplexity, std::max(1.0, static_cast<double>(near) / 3));
  const auto p = affinities(nearest_neighbors(points, near), result.perplexity).to(points.device());
  result.exact = options.gradient == TsneGradient::kExact || options.dims == 3 ||
                 (options.gradient == TsneGradient::kAuto && n <= kExactPoints);

  const double automatic = std::max(static_cast<double>(n) / options.early_exaggeration / 4, 50.0);
  Descent descent(first_positions(points, options),
                  options.learning_rate > 0 ? options.learning_rate : automatic);
  GridRepulsion grid;
  const auto repulsion = [&](const torch::Tensor& positions) {
    return result.exact ? exact_repulsion(positions) : grid(positions);
  };
  const auto kl = [&] {
    const auto value =
        divergence(p, descent.positions(), repulsion(descent.positions()).normalizer);
    if (!std::isfinite(value) || !descent.positions().isfinite().all().item<bool>()) {
      throw Error(ErrorCode::kNumeric,
                  cat("t-SNE: positions are not finite after ", result.iterations, " iterations"),
                  "a lower learning rate helps");
    }
    return value;
  };
  while (result.iterations < options.iterations) {
    const bool early = result.iterations < options.exaggerated;
    const auto push = repulsion(descent.positions());
    auto gradient = attraction(p, descent.positions());
    gradient.mul_(early ? options.early_exaggeration : 1.0).sub_(push.forces / push.normalizer);
    descent.step(gradient.mul_(4), early ? 0.5 : 0.8);
    ++result.iterations;
    const bool reported = result.iterations % options.report_every == 0;
    if (reported && options.report &&
        !options.report({result.iterations, options.iterations, kl()})) {
      break;
    }
  }
  result.kl = kl();
  result.positions = descent.positions().t().cpu().contiguous();
  return result;
}

double kl_divergence(const Affinities& p, const torch::Tensor& embedding) {
  torch::NoGradGuard no_grad;
  const auto places = checked_points(embedding, "KL divergence");
  if (places.size(0) != p.points() || places.size(1) < 2 || places.size(1) > 3) {
    throw Error(ErrorCode::kShape, cat("KL divergence: embedding ", places.sizes(), "; must be [",
                                       p.points(), ",2] or [", p.points(), ",3]"));
  }
  const auto positions = places.t().contiguous();
  return divergence(p, positions, exact_repulsion(positions).normalizer);
}

}  // namespace carica::analysis
