#include "analysis/embedding/trustworthiness.h"

#include <torch/utils.h>

#include <algorithm>
#include <limits>

#include "analysis/embedding/neighbors.h"
#include "analysis/embedding/points.h"
#include "core/error.h"
#include "core/text.h"

namespace carica::analysis {

double trustworthiness(const torch::Tensor& features, const torch::Tensor& embedding,
                       std::int64_t neighbors) {
  torch::NoGradGuard no_grad;
  auto points = checked_points(features, "trustworthiness: features").to(torch::kDouble);
  const auto places = checked_points(embedding, "trustworthiness: embedding");
  const auto n = points.size(0), k = neighbors;
  if (places.size(0) != n) {
    throw Error(ErrorCode::kShape, cat("trustworthiness: ", n, " rows of features and ",
                                       places.size(0), " of the embedding; must be as many"));
  }
  if (k < 1 || 2 * k >= n) {
    throw Error(ErrorCode::kUsage, cat("trustworthiness: ", k, " neighbours of ", n,
                                       " points; must be at least 1 and less than half of them"));
  }
  constexpr std::int64_t kBlockValues = std::int64_t{1} << 23;
  const auto near = nearest_neighbors(places, k).indices.to(points.device());
  points = points - points.mean(0);
  const auto squares = points.square().sum(1);
  const auto rows = std::clamp<std::int64_t>(kBlockValues / n, 1, n);
  auto excess = torch::zeros({}, near.options());
  for (std::int64_t begin = 0; begin < n; begin += rows) {
    const auto end = std::min(begin + rows, n);
    auto distance = torch::addmm(squares, points.slice(0, begin, end), points.t(), 1, -2);
    distance.diagonal(begin).fill_(std::numeric_limits<double>::infinity());
    const auto own = distance.gather(1, near.slice(0, begin, end));
    for (std::int64_t j = 0; j < k; ++j) {
      const auto rank = (distance < own.slice(1, j, j + 1)).sum(1) + 1;
      excess += (rank - k).clamp_min(0).sum();
    }
  }
  const auto size = static_cast<double>(n), count = static_cast<double>(k);
  return 1 - excess.item<double>() * 2 / (size * count * (2 * size - 3 * count - 1));
}

}  // namespace carica::analysis
