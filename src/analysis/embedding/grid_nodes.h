#pragma once

#include <torch/types.h>

#include <cstdint>

namespace carica::analysis {

/// Where points lie on a square grid of nodes: node k of axis d at origin[d] + k * spacing.
struct GridPlace {
  double origin[2] = {};
  double spacing = 1;
  std::int64_t nodes = 0;  // of an axis
};

/// float[nodes,nodes]: the points, each spread over the 4 x 4 nodes round it by cubic B-splines.
/// positions: float[2,N]; every point has two nodes on either side of it on each axis.
torch::Tensor spread(const torch::Tensor& positions, const GridPlace& place);

/// float[K,N]: K fields on the nodes, float[K,nodes,nodes] of any strides, weighted for each point
/// as spread does.
torch::Tensor interpolate(const torch::Tensor& fields, const torch::Tensor& positions,
                          const GridPlace& place);

/// The same of torch's operators, for any device.
torch::Tensor device_spread(const torch::Tensor& positions, const GridPlace& place);
torch::Tensor device_interpolate(const torch::Tensor& fields, const torch::Tensor& positions,
                                 const GridPlace& place);

}  // namespace carica::analysis
