// The loops of forces.h, without torch: compiled for each instruction set, chosen at run time.
#pragma once

#include <cstddef>
#include <cstdint>

namespace carica::analysis {

/// Points by axis: axes[d][i].
struct PointRows {
  const float* axes[3] = {};
  int dims = 2;
  std::size_t count = 0;
};

/// Rows as in Affinities.
struct SparseRows {
  const std::int64_t* offsets;
  const std::int32_t* columns;
  const float* values;
};

/// Rows that are worked on together: a point's sum does not depend on its companions.
inline constexpr int kRepulsionBlock = 4;

/// For points [begin, end): forces[d * stride + i] and sums[i], the sum of q_ij over all j, i
/// itself (1) included. `points.count` is a multiple of 64.
void repulsion_rows(const PointRows& points, std::size_t begin, std::size_t end, float* forces,
                    std::size_t stride, double* sums);

/// For points [begin, end): forces[d * points.count + i].
void attraction_rows(const SparseRows& p, const PointRows& points, std::size_t begin,
                     std::size_t end, float* forces);

}  // namespace carica::analysis
