#include "analysis/embedding/forces.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <cmath>
#include <vector>

#include "analysis/embedding/device_forces.h"
#include "analysis/embedding/force_rows.h"

namespace carica::analysis {
namespace {

PointRows rows_of(const torch::Tensor& positions) {
  PointRows rows;
  rows.dims = static_cast<int>(positions.size(0));
  rows.count = static_cast<std::size_t>(positions.size(1));
  for (int d = 0; d < rows.dims; ++d) {
    rows.axes[d] = positions.const_data_ptr<float>() + d * positions.size(1);
  }
  return rows;
}

SparseRows rows_of(const Affinities& p) {
  return {p.offsets.const_data_ptr<std::int64_t>(), p.columns.const_data_ptr<std::int32_t>(),
          p.values.const_data_ptr<float>()};
}

double sum_in_order(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

}  // namespace

Repulsion exact_repulsion(const torch::Tensor& positions) {
  if (!positions.is_cpu()) return device_repulsion(positions);
  constexpr std::int64_t kRows = kRepulsionBlock;
  const auto dims = positions.size(0), n = positions.size(1);
  // Whole vectors of points: those added are so far away that they do nothing.
  constexpr std::int64_t kVector = 64;
  constexpr double kFar = 1e15;
  auto padded = torch::full({dims, (n + kVector - 1) / kVector * kVector}, kFar);
  padded.slice(1, 0, n).copy_(positions);
  const auto points = rows_of(padded);
  const auto forces = torch::empty({dims, n});
  std::vector<double> sums(static_cast<std::size_t>(n));
  at::parallel_for(0, (n + kRows - 1) / kRows, 1, [&](std::int64_t begin, std::int64_t end) {
    repulsion_rows(points, static_cast<std::size_t>(begin * kRows),
                   static_cast<std::size_t>(std::min(end * kRows, n)),
                   forces.mutable_data_ptr<float>(), static_cast<std::size_t>(n), sums.data());
  });
  // Each point met itself, too.
  return {forces, torch::tensor(sum_in_order(sums) - static_cast<double>(n), torch::kDouble)};
}

torch::Tensor attraction(const Affinities& p, const torch::Tensor& positions) {
  if (!positions.is_cpu()) return device_attraction(p, positions);
  const auto placed = positions.contiguous();
  const auto forces = torch::empty_like(placed);
  const auto points = rows_of(placed);
  const auto sparse = rows_of(p);
  at::parallel_for(0, p.points(), 64, [&](std::int64_t begin, std::int64_t end) {
    attraction_rows(sparse, points, static_cast<std::size_t>(begin), static_cast<std::size_t>(end),
                    forces.mutable_data_ptr<float>());
  });
  return forces;
}

double divergence(const Affinities& p, const torch::Tensor& positions,
                  const torch::Tensor& normalizer) {
  const auto placed = positions.cpu().contiguous();
  const auto host = p.to(torch::kCPU);
  const auto points = rows_of(placed);
  const auto sparse = rows_of(host);
  const double log_z = std::log(normalizer.item<double>());
  std::vector<double> sums(static_cast<std::size_t>(p.points()));
  at::parallel_for(0, p.points(), 64, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = begin; i < end; ++i) {
      double sum = 0;
      for (auto e = sparse.offsets[i]; e < sparse.offsets[i + 1]; ++e) {
        const double value = sparse.values[e];
        if (value == 0) continue;
        double square = 0;
        for (int d = 0; d < points.dims; ++d) {
          const double step = points.axes[d][i] - points.axes[d][sparse.columns[e]];
          square += step * step;
        }
        sum += value * (std::log(value) + std::log1p(square) + log_z);
      }
      sums[static_cast<std::size_t>(i)] = sum;
    }
  });
  return sum_in_order(sums);
}

}  // namespace carica::analysis
