#include "analysis/embedding/pca.h"

#include <torch/utils.h>

#include <algorithm>
#include <tuple>

#include "analysis/embedding/points.h"
#include "core/error.h"
#include "core/random.h"
#include "core/text.h"

namespace carica::analysis {
namespace {

constexpr std::int64_t kLargestProduct = 1536;

struct Axes {
  torch::Tensor components;  // [k,F], orthonormal
  torch::Tensor squares;     // [k], squared singular values
};

// Of centred points, double[N,F], by eigenvectors of X'X or XX'.
Axes exact_axes(const torch::Tensor& centred, std::int64_t k) {
  const bool tall = centred.size(0) >= centred.size(1);
  const auto product = tall ? centred.t().mm(centred) : centred.mm(centred.t());
  auto [values, vectors] = at::linalg_eigh(product);
  values = values.flip(0).slice(0, 0, k).clamp_min(0);
  vectors = vectors.flip(1).slice(1, 0, k);
  if (tall) return {vectors.t(), values};
  const auto none = values <= values[0] * 1e-14;
  const auto scale = values.rsqrt().masked_fill(none, 0);
  return {vectors.t().mm(centred) * scale.unsqueeze(1), values};
}

// Of points float[N,F] without a centred copy of them: they may be most of the memory.
Axes random_axes(const torch::Tensor& points, const torch::Tensor& mean, std::int64_t k) {
  constexpr std::int64_t kMore = 10;
  constexpr int kPowers = 7;
  const auto wanted = std::min({k + kMore, points.size(0), points.size(1)});
  auto start = torch::empty({points.size(1), wanted});
  auto* value = start.mutable_data_ptr<float>();
  RandomStream random(0, 0, 0);
  for (std::int64_t i = 0; i < start.numel(); ++i) value[i] = static_cast<float>(random.normal());
  const auto times = [&](const torch::Tensor& right) {
    return points.mm(right) - mean.unsqueeze(0).mm(right);
  };
  const auto transposed_times = [&](const torch::Tensor& right) {
    return points.t().mm(right) - mean.unsqueeze(1).mm(right.sum(0, /*keepdim=*/true));
  };
  auto range = std::get<0>(at::linalg_qr(times(start.to(points.device()))));
  for (int i = 0; i < kPowers; ++i) {
    const auto other = std::get<0>(at::linalg_qr(transposed_times(range)));
    range = std::get<0>(at::linalg_qr(times(other)));
  }
  const auto [left, values, right] =
      at::linalg_svd(transposed_times(range).t(), /*full_matrices=*/false);
  return {right.slice(0, 0, k), values.slice(0, 0, k).square()};
}

}  // namespace

Pca pca(const torch::Tensor& features, std::int64_t k) {
  torch::NoGradGuard no_grad;
  const auto points = checked_points(features, "pca");
  const auto smaller = std::min(points.size(0), points.size(1));
  if (k < 1 || k > smaller) {
    throw Error(ErrorCode::kUsage, cat("pca: ", k, " components of ", points.sizes(),
                                       "; must be in [1, ", smaller, "]"));
  }
  Pca result;
  Axes axes;
  torch::Tensor total;  // sum of squares
  if (smaller <= kLargestProduct) {
    const auto exact = points.to(torch::kDouble);
    const auto mean = exact.mean(0);
    const auto centred = exact - mean;
    axes = exact_axes(centred, k);
    total = centred.square().sum();
    result.mean = mean.to(torch::kFloat);
  } else {
    result.mean = points.mean(0);
    axes = random_axes(points, result.mean, k);
    total = points.var(0, /*unbiased=*/false).to(torch::kDouble).sum() * points.size(0);
  }
  const auto largest = axes.components.abs().argmax(1, /*keepdim=*/true);
  const auto sign = axes.components.gather(1, largest).sign();
  result.components = (axes.components * sign).to(torch::kFloat).contiguous();
  result.scores =
      points.mm(result.components.t()) - result.mean.unsqueeze(0).mm(result.components.t());
  result.variance_ratio = (axes.squares.to(torch::kDouble) / total).nan_to_num(0).cpu();
  return result;
}

}  // namespace carica::analysis
