#include "analysis/embedding/device_forces.h"

#include <torch/utils.h>

#include <algorithm>
#include <vector>

namespace carica::analysis {

Repulsion device_repulsion(const torch::Tensor& positions) {
  constexpr std::int64_t kBlockValues = std::int64_t{1} << 26;
  const auto n = positions.size(1);
  const auto rows = std::clamp<std::int64_t>(kBlockValues / n, 1, n);
  std::vector<torch::Tensor> forces;
  auto normalizer = torch::zeros({}, positions.options().dtype(torch::kDouble));
  for (std::int64_t begin = 0; begin < n; begin += rows) {
    const auto block = positions.slice(1, begin, std::min(begin + rows, n));
    const auto steps = block.unsqueeze(2) - positions.unsqueeze(1);  // [D,rows,N]
    const auto q = (steps.square().sum(0) + 1).reciprocal();
    normalizer += q.sum(1).to(torch::kDouble).sum();
    forces.push_back((steps * q.square()).sum(2));
  }
  return {torch::cat(forces, 1), normalizer - static_cast<double>(n)};
}

torch::Tensor device_attraction(const Affinities& p, const torch::Tensor& positions) {
  const auto rows = torch::repeat_interleave(torch::arange(p.points(), p.offsets.options()),
                                             p.offsets.diff(), 0, p.values.size(0));
  const auto steps = positions.index_select(1, rows) - positions.index_select(1, p.columns);
  const auto pulls = steps * (p.values / (steps.square().sum(0) + 1));
  return at::segment_reduce(pulls.t().contiguous(), "sum", /*lengths=*/{}, /*indices=*/{},
                            p.offsets)
      .t()
      .contiguous();
}

}  // namespace carica::analysis
