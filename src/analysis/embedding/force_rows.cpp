#include "analysis/embedding/force_rows.h"

#include <algorithm>

// Vectors of sizes unknown to the compiler do not fit into arrays.
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "analysis/embedding/force_rows.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace carica::analysis::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

// 1 / x by an estimate and one step of Newton's: a relative error below 1e-6 at a third of a
// division's cost.
HWY_INLINE Vector Reciprocal(Vector x) {
  const auto guess = hn::ApproximateReciprocal(x);
  return hn::Mul(guess, hn::NegMulAdd(x, guess, hn::Set(Floats(), 2.0F)));
}

template <int kDims>
HWY_INLINE void Repel(const Vector (&own)[kDims], const Vector (&other)[kDims],
                      Vector (&force)[kDims], Vector& sum) {
  Vector step[kDims];
  auto square = hn::Set(Floats(), 1.0F);
  for (int d = 0; d < kDims; ++d) {
    step[d] = hn::Sub(own[d], other[d]);
    square = hn::MulAdd(step[d], step[d], square);
  }
  const auto q = Reciprocal(square);
  sum = hn::Add(sum, q);
  const auto weight = hn::Mul(q, q);
  for (int d = 0; d < kDims; ++d) force[d] = hn::MulAdd(weight, step[d], force[d]);
}

template <int kDims>
void RepulsionRows(const PointRows& points, std::size_t begin, std::size_t end, float* forces,
                   std::size_t stride, double* sums) {
  const Floats d32;
  const std::size_t lanes = hn::Lanes(d32);
  constexpr std::size_t kPart = 4096;  // float32 sums stay short
  for (std::size_t block = begin; block < end; block += kRepulsionBlock) {
    Vector own[kRepulsionBlock][kDims];
    double total[kRepulsionBlock] = {}, pushed[kRepulsionBlock][kDims] = {};
    for (int r = 0; r < kRepulsionBlock; ++r) {
      for (int d = 0; d < kDims; ++d)
        own[r][d] = hn::Set(d32, points.axes[d][std::min(block + r, end - 1)]);
    }
    for (std::size_t part = 0; part < points.count; part += kPart) {
      Vector force[kRepulsionBlock][kDims], sum[kRepulsionBlock];
      for (int r = 0; r < kRepulsionBlock; ++r) {
        sum[r] = hn::Zero(d32);
        for (int d = 0; d < kDims; ++d) force[r][d] = hn::Zero(d32);
      }
      const std::size_t last = std::min(part + kPart, points.count);
      for (std::size_t j = part; j < last; j += lanes) {
        Vector other[kDims];
        for (int d = 0; d < kDims; ++d) other[d] = hn::LoadU(d32, points.axes[d] + j);
        for (int r = 0; r < kRepulsionBlock; ++r) Repel<kDims>(own[r], other, force[r], sum[r]);
      }
      for (int r = 0; r < kRepulsionBlock; ++r) {
        total[r] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d32, sum[r])));
        for (int d = 0; d < kDims; ++d) {
          pushed[r][d] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d32, force[r][d])));
        }
      }
    }
    for (std::size_t r = 0; r < kRepulsionBlock && block + r < end; ++r) {
      sums[block + r] = total[r];
      for (int d = 0; d < kDims; ++d) {
        forces[static_cast<std::size_t>(d) * stride + block + r] = static_cast<float>(pushed[r][d]);
      }
    }
  }
}

void Repulsion(const PointRows& points, std::size_t begin, std::size_t end, float* forces,
               std::size_t stride, double* sums) {
  if (points.dims == 2) return RepulsionRows<2>(points, begin, end, forces, stride, sums);
  RepulsionRows<3>(points, begin, end, forces, stride, sums);
}

template <int kDims>
void AttractionRows(const SparseRows& p, const PointRows& points, std::size_t begin,
                    std::size_t end, float* forces) {
  const Floats d32;
  const hn::RebindToSigned<Floats> di;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d32));
  for (std::size_t i = begin; i < end; ++i) {
    Vector own[kDims], force[kDims];
    for (int d = 0; d < kDims; ++d) {
      own[d] = hn::Set(d32, points.axes[d][i]);
      force[d] = hn::Zero(d32);
    }
    std::int64_t e = p.offsets[i];
    const std::int64_t last = p.offsets[i + 1];
    for (; e + lanes <= last; e += lanes) {
      const auto columns = hn::LoadU(di, p.columns + e);
      Vector step[kDims];
      auto square = hn::Set(d32, 1.0F);
      for (int d = 0; d < kDims; ++d) {
        step[d] = hn::Sub(own[d], hn::GatherIndex(d32, points.axes[d], columns));
        square = hn::MulAdd(step[d], step[d], square);
      }
      const auto weight = hn::Mul(hn::LoadU(d32, p.values + e), Reciprocal(square));
      for (int d = 0; d < kDims; ++d) force[d] = hn::MulAdd(weight, step[d], force[d]);
    }
    float sum[kDims];
    for (int d = 0; d < kDims; ++d) sum[d] = hn::GetLane(hn::SumOfLanes(d32, force[d]));
    for (; e < last; ++e) {
      float step[kDims], square = 1;
      for (int d = 0; d < kDims; ++d) {
        step[d] = points.axes[d][i] - points.axes[d][p.columns[e]];
        square += step[d] * step[d];
      }
      const float weight = p.values[e] / square;
      for (int d = 0; d < kDims; ++d) sum[d] += weight * step[d];
    }
    for (int d = 0; d < kDims; ++d) forces[static_cast<std::size_t>(d) * points.count + i] = sum[d];
  }
}

void Attraction(const SparseRows& p, const PointRows& points, std::size_t begin, std::size_t end,
                float* forces) {
  if (points.dims == 2) return AttractionRows<2>(p, points, begin, end, forces);
  AttractionRows<3>(p, points, begin, end, forces);
}

}  // namespace
}  // namespace carica::analysis::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::analysis {
HWY_EXPORT(Repulsion);
HWY_EXPORT(Attraction);

void repulsion_rows(const PointRows& points, std::size_t begin, std::size_t end, float* forces,
                    std::size_t stride, double* sums) {
  HWY_DYNAMIC_DISPATCH(Repulsion)(points, begin, end, forces, stride, sums);
}

void attraction_rows(const SparseRows& p, const PointRows& points, std::size_t begin,
                     std::size_t end, float* forces) {
  HWY_DYNAMIC_DISPATCH(Attraction)(p, points, begin, end, forces);
}
}  // namespace carica::analysis
#endif
