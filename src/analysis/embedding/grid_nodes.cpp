#include "analysis/embedding/grid_nodes.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <algorithm>
#include <vector>

namespace carica::analysis {
namespace {

constexpr int kNodes = 4;  // of a point, on each axis

struct Stencil {
  std::int64_t first;
  float weights[kNodes];
};

// Cubic B-splines: those of nodes -1, 0, 1, 2 at t in [0, 1).
Stencil stencil(float position, double origin, double spacing) {
  const double exact = (position - origin) / spacing;
  const auto cell = static_cast<std::int64_t>(exact);  // positive
  const auto t = static_cast<float>(exact - static_cast<double>(cell));
  const float u = 1 - t;
  return {
      cell - 1,
      {u * u * u / 6, (4 - 3 * t * t * (1 + u)) / 6, (4 - 3 * u * u * (1 + t)) / 6, t * t * t / 6}};
}

// The stencils of points [begin, end), both axes.
template <typename Visit>
void each_point(const torch::Tensor& positions, const GridPlace& place, std::int64_t begin,
                std::int64_t end, const Visit& visit) {
  const auto* x = positions.const_data_ptr<float>();
  const auto* y = x + positions.size(1);
  for (auto i = begin; i < end; ++i) {
    visit(i, stencil(x[i], place.origin[0], place.spacing),
          stencil(y[i], place.origin[1], place.spacing));
  }
}

}  // namespace

torch::Tensor spread(const torch::Tensor& positions, const GridPlace& place) {
  // Parts of the points, each with a grid of its own, however many threads there are.
  constexpr std::int64_t kPoints = 8192, kMostParts = 16;
  const auto n = positions.size(1);
  const auto parts = std::clamp<std::int64_t>(n / kPoints, 1, kMostParts);
  const auto grids = torch::zeros({parts, place.nodes, place.nodes});
  auto* to = grids.mutable_data_ptr<float>();
  at::parallel_for(0, parts, 1, [&](std::int64_t first, std::int64_t last) {
    for (auto part = first; part < last; ++part) {
      auto* grid = to + part * place.nodes * place.nodes;
      each_point(positions, place, part * n / parts, (part + 1) * n / parts,
                 [&](std::int64_t, const Stencil& x, const Stencil& y) {
                   for (int a = 0; a < kNodes; ++a) {
                     auto* row = grid + (x.first + a) * place.nodes + y.first;
                     for (int b = 0; b < kNodes; ++b) row[b] += x.weights[a] * y.weights[b];
                   }
                 });
    }
  });
  auto sum = grids[0];
  for (std::int64_t part = 1; part < parts; ++part) sum += grids[part];
  return sum;
}

torch::Tensor interpolate(const torch::Tensor& fields, const torch::Tensor& positions,
                          const GridPlace& place) {
  const auto n = positions.size(1), count = fields.size(0);
  const auto values = torch::empty({count, n});
  auto* to = values.mutable_data_ptr<float>();
  const auto* from = fields.const_data_ptr<float>();
  const auto plane = fields.stride(0), line = fields.stride(1), step = fields.stride(2);
  at::parallel_for(0, n, 1024, [&](std::int64_t begin, std::int64_t end) {
    each_point(positions, place, begin, end,
               [&](std::int64_t i, const Stencil& x, const Stencil& y) {
                 for (std::int64_t k = 0; k < count; ++k) {
                   const auto* field = from + k * plane + x.first * line + y.first * step;
                   float sum = 0;
                   for (int a = 0; a < kNodes; ++a) {
                     float across = 0;
                     for (int b = 0; b < kNodes; ++b) across += y.weights[b] * field[b * step];
                     sum += x.weights[a] * across;
                     field += line;
                   }
                   to[k * n + i] = sum;
                 }
               });
  });
  return values;
}

namespace {

// Both axes of all points: int64[2,N] first nodes, float[2,N,4] weights.
std::pair<torch::Tensor, torch::Tensor> device_stencils(const torch::Tensor& positions,
                                                        const GridPlace& place) {
  const auto origin = torch::tensor({place.origin[0], place.origin[1]}, torch::kDouble)
                          .unsqueeze(1)
                          .to(positions.device());
  const auto exact = (positions.to(torch::kDouble) - origin) / place.spacing;
  const auto cell = exact.floor();
  const auto t = (exact - cell).to(torch::kFloat);
  const auto u = 1 - t;
  const auto weights = torch::stack(
      {u.pow(3) / 6, (4 - 3 * t * t * (1 + u)) / 6, (4 - 3 * u * u * (1 + t)) / 6, t.pow(3) / 6},
      2);
  return {cell.to(torch::kLong) - 1, weights};
}

// int64[N,16] nodes of the flat grid, float[N,16] weights.
std::pair<torch::Tensor, torch::Tensor> device_nodes(const torch::Tensor& positions,
                                                     const GridPlace& place) {
  const auto [first, weights] = device_stencils(positions, place);
  const auto offsets = torch::arange(kNodes, first.options());
  const auto nodes = ((first[0].unsqueeze(1) + offsets) * place.nodes).unsqueeze(2) +
                     (first[1].unsqueeze(1) + offsets).unsqueeze(1);
  const auto products = weights[0].unsqueeze(2) * weights[1].unsqueeze(1);
  return {nodes.view({-1, kNodes * kNodes}), products.view({-1, kNodes * kNodes})};
}

}  // namespace

torch::Tensor device_spread(const torch::Tensor& positions, const GridPlace& place) {
  const auto [nodes, products] = device_nodes(positions, place);
  // Accumulating index_put sorts its indices: the same sums each time.
  auto grid = torch::zeros({place.nodes * place.nodes}, positions.options());
  grid.index_put_({nodes.reshape(-1)}, products.reshape(-1), /*accumulate=*/true);
  return grid.view({place.nodes, place.nodes});
}

torch::Tensor device_interpolate(const torch::Tensor& fields, const torch::Tensor& positions,
                                 const GridPlace& place) {
  const auto [nodes, products] = device_nodes(positions, place);
  const auto flat = fields.reshape({fields.size(0), -1});
  return (flat.index_select(1, nodes.reshape(-1)).view({fields.size(0), -1, kNodes * kNodes}) *
          products)
      .sum(2);
}

}  // namespace carica::analysis
