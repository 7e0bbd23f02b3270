#include "ops/cpu/instruction_sets.h"
#include "ops/cpu/softmax_backward.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/softmax_backward_few_columns.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/rows-inl.h"
#include "ops/cpu/softmax_backward-inl.h"
#include "ops/cpu/strip-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

// kVectors neighbouring vectors of columns.
template <bool kLog, bool kStream, std::size_t kVectors, class D, class Access, typename T>
HWY_INLINE void ColumnGroup(D d, const Access& access, const T* y, const T* dy, T* dx,
                            std::size_t size, std::size_t stride) {
  using V = hn::Vec<D>;
  LongSum<D> total[kVectors];
  V max[kVectors];
  for (std::size_t k = 0; k < kVectors; ++k) {
    total[k].start(d);
    max[k] = hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity());
  }
  const auto at = [&](std::size_t c, std::size_t k)
                      HWY_ATTR { return c * stride + k * hn::Lanes(d); };
  for (std::size_t first = 0; first < size; first += kShortProductSum) {
    V part[kVectors];
    for (V& p : part) p = hn::Zero(d);
    for (std::size_t c = first; c < HWY_MIN(first + kShortProductSum, size); ++c) {
      for (std::size_t k = 0; k < kVectors; ++k) {
        const V p = access.load(d, y + at(c, k));
        if (kLog) max[k] = hn::Max(p, max[k]);
        part[k] = hn::Add(part[k], Term<D>(access.load(d, dy + at(c, k)), p, kLog));
      }
    }
    for (std::size_t k = 0; k < kVectors; ++k) total[k].add(part[k]);
  }
  for (std::size_t k = 0; k < kVectors; ++k) total[k].sum = total[k].total();
  const auto gradient = [&](std::size_t c, std::size_t k) HWY_ATTR {
    return Gradient(d, access.load(d, dy + at(c, k)), access.load(d, y + at(c, k)), total[k].sum,
                    max[k], kLog);
  };
  for (std::size_t c = 0; c < size; ++c) {
    if constexpr (kVectors % 2 == 0) {
      for (std::size_t k = 0; k < kVectors; k += 2) {
        WriteTwo<kStream>(d, gradient(c, k), gradient(c, k + 1), dx + at(c, k));
      }
    } else {
      access.template store<kStream>(d, gradient(c, 0), dx + at(c, 0));
    }
  }
}

// A task is a strip of columns, worked on a group at a time, whose sums stay in registers.
template <typename T, bool kLog, bool kStream>
void FewColumns(const SoftmaxBackward& work, std::size_t begin, std::size_t end) {
  using D = hn::ScalableTag<Compute<T>>;
  const D d;
  const auto size = static_cast<std::size_t>(work.layout.size);
  const auto stride = static_cast<std::size_t>(work.layout.inner);
  for (std::size_t task = begin; task < end; ++task) {
    const std::size_t strips = work.column_strips(), first = task % strips * work.columns;
    const std::size_t at = task / strips * size * stride + first;
    const T *y = static_cast<const T*>(work.y) + at, *dy = static_cast<const T*>(work.dy) + at;
    T* const dx = static_cast<T*>(work.dx) + at;
    const std::size_t width = HWY_MIN(work.columns, stride - first), group = kGroup * hn::Lanes(d);
    std::size_t i = 0;
    for (; i + group <= width; i += group) {
      ColumnGroup<kLog, kStream, kGroup>(d, RowWhole(), y + i, dy + i, dx + i, size, stride);
    }
    for (; i + hn::Lanes(d) <= width; i += hn::Lanes(d)) {
      ColumnGroup<kLog, kStream, 1>(d, RowWhole(), y + i, dy + i, dx + i, size, stride);
    }
    if (i < width) {
      ColumnGroup<kLog, kStream, 1>(d, RowEnd{width - i}, y + i, dy + i, dx + i, size, stride);
    }
  }
  hwy::FlushStream();
}

void Run(const SoftmaxBackward& work, std::size_t begin, std::size_t end) {
  WithElement(work.element, work.stream, [&](auto value, auto stream) HWY_ATTR {
    using T = decltype(value);
    if (work.log) {
      FewColumns<T, true, decltype(stream)::value>(work, begin, end);
    } else {
      FewColumns<T, false, decltype(stream)::value>(work, begin, end);
    }
  });
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(Run);
void softmax_backward_few_columns(const SoftmaxBackward& work, std::size_t begin, std::size_t end) {
  HWY_DYNAMIC_DISPATCH(Run)(work, begin, end);
}
}  // namespace carica::ops::cpu
#endif
