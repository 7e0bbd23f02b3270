#include "weights/statistics.h"

namespace carica::weights {

TensorStatistics statistics(const torch::Tensor& tensor) {
  TensorStatistics result;
  auto values = tensor.detach().to(torch::kFloat64).flatten();
  const auto finite = values.isfinite();
  result.not_finite = tensor.numel() - finite.sum().item<std::int64_t>();
  if (result.not_finite > 0) values = values.masked_select(finite);
  if (values.numel() == 0) return result;
  result.min = values.min().item<double>();
  result.max = values.max().item<double>();
  result.mean = values.mean().item<double>();
  result.std = values.std(/*unbiased=*/false).item<double>();
  return result;
}

}  // namespace carica::weights
