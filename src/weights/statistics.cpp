#include "weights/statistics.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>

namespace carica::weights {
namespace {

// Copies as doubles stay in the caches, and small beside the tensor.
constexpr std::int64_t kPiece = 1 << 18;

}  // namespace

TensorStatistics statistics(const torch::Tensor& tensor) {
  TensorStatistics result;
  const auto flat = tensor.detach().reshape(-1);
  double count = 0, squares = 0;  // squares: of the distances from the mean
  for (std::int64_t begin = 0; begin < flat.numel(); begin += kPiece) {
    const auto end = std::min(begin + kPiece, flat.numel());
    auto values = flat.slice(0, begin, end).to(torch::kFloat64);
    const auto finite = values.isfinite();
    const auto strange = (end - begin) - finite.sum().item<std::int64_t>();
    result.not_finite += strange;
    if (strange > 0) values = values.masked_select(finite);
    if (values.numel() == 0) continue;
    const auto own = static_cast<double>(values.numel());
    const double min = values.min().item<double>(), max = values.max().item<double>();
    result.min = count == 0 ? min : std::min(result.min, min);
    result.max = count == 0 ? max : std::max(result.max, max);
    // Source: Chan, Golub & LeVeque 1979, sums of squares of two samples in one.
    const double mean = values.mean().item<double>(), gap = mean - result.mean;
    squares +=
        (values - mean).square().sum().item<double>() + gap * gap * count * own / (count + own);
    count += own;
    result.mean += gap * own / count;
  }
  if (count > 0) result.std = std::sqrt(squares / count);
  return result;
}

}  // namespace carica::weights
