#include "models/stochastic_depth.h"

#include <torch/utils.h>

#include <vector>

namespace carica::models {

torch::Tensor stochastic_depth(const torch::Tensor& x, double rate, bool training) {
  if (!training || rate == 0) return x;
  std::vector<std::int64_t> one_per_sample(static_cast<std::size_t>(x.dim()), 1);
  one_per_sample[0] = x.size(0);
  const double kept = 1 - rate;
  return x * torch::empty(one_per_sample, x.options()).bernoulli_(kept).div_(kept);
}

}  // namespace carica::models
