#include "analysis/embedding/neighbors.h"

#include <torch/utils.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "analysis/embedding/points.h"
#include "core/error.h"
#include "core/text.h"

namespace carica::analysis {
namespace {

// Matrix products know distances to some digits only: so many candidates more than are wanted.
constexpr std::int64_t kSpare = 16;
constexpr std::int64_t kBlockValues = std::int64_t{1} << 24;

}  // namespace

Neighbors nearest_neighbors(const torch::Tensor& features, std::int64_t k) {
  torch::NoGradGuard no_grad;
  auto points = checked_points(features, "neighbors");
  const auto n = points.size(0);
  if (k < 1 || k >= n) {
    throw Error(ErrorCode::kUsage,
                cat("neighbors: ", k, " of ", n, " points; must be at least 1 and less than ", n));
  }
  points = points - points.mean(0);  // far from the origin, products lose the digits that count
  const auto squares = points.square().sum(1);
  const auto candidates = std::min(k + kSpare, n - 1);
  const auto rows =
      std::clamp<std::int64_t>(kBlockValues / std::max(n, candidates * points.size(1)), 1, n);
  std::vector<torch::Tensor> indices, distances;
  for (std::int64_t begin = 0; begin < n; begin += rows) {
    const auto block = points.slice(0, begin, std::min(begin + rows, n));
    // Less the square of the row's own point, which changes no order.
    auto near = torch::addmm(squares, block, points.t(), 1, -2);
    near.diagonal(begin).fill_(std::numeric_limits<float>::infinity());
    const auto found = std::get<1>(near.topk(candidates, 1, /*largest=*/false, /*sorted=*/false));
    const auto sorted = std::get<0>(found.sort(1));
    const auto direct =
        (points.index_select(0, sorted.view(-1)).view({block.size(0), candidates, -1}) -
         block.unsqueeze(1))
            .square()
            .sum(2);
    const auto [distance, order] = direct.sort(std::optional<bool>(true) /*stable*/, 1);
    indices.push_back(sorted.gather(1, order).slice(1, 0, k));
    distances.push_back(distance.slice(1, 0, k));
  }
  return {torch::cat(indices), torch::cat(distances)};
}

}  // namespace carica::analysis
