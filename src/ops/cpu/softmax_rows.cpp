#include "ops/cpu/softmax_rows.h"

#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/softmax_rows.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/log_sum-inl.h"
#include "ops/cpu/row_block.h"
#include "ops/cpu/rows-inl.h"
#include "ops/cpu/softmax_long_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

// Neighbouring rows, worked on together. Fetches as many more for the next call.
template <bool kStream, class D, typename T>
HWY_INLINE void SoftmaxBlock(D d, const T* x, T* y, std::size_t rows, std::size_t size,
                             hn::TFromD<D>* room) {
  using V = hn::Vec<D>;
  const std::size_t pitch = RowBlock::pitch(size);  // in the room
  FetchSharedLine<kStream>(y + rows * size);
  constexpr std::size_t kMost = RowBlock::kMost;
  using C = hn::TFromD<D>;
  // Of each row the largest value, then 1 / sum. What is done but once for a row is done for all
  // rows side by side.
  HWY_ALIGN C high[kMost] = {}, low[kMost] = {}, kept[RowExp<D>::kKept * kMost];
  HWY_ALIGN C sums[kMost][2][hn::MaxLanes(D())];
  for (std::size_t r = 0; r < rows; ++r) high[r] = hn::GetLane(RowMax(d, x + r * size, size));
  for (std::size_t r = 0; r < rows; r += hn::Lanes(d)) {
    RowExp<D>(d, Shift(d, hn::Load(d, high + r))).keep(d, kept + r, kMost);
  }
  for (std::size_t r = 0; r < rows; ++r) {
    const T *row = x + r * size, *next = row + rows * size;
    const RowExp<D> exp(d, kept + r, kMost);
    RowSum<D> sum(d, size);
    ForRow(
        d, size,
        [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
          hwy::Prefetch(next + i);
          const V e = exp(d, access.load(d, row + i));
          sum.part[k] = hn::Add(sum.part[k], e);
          hn::Store(e, d, room + r * pitch + i);
        },
        [&]() HWY_ATTR { sum.next(d); });
    hn::Store(sum.sum.sum, d, sums[r][0]);
    hn::Store(sum.sum.lost, d, sums[r][1]);
  }
  for (std::size_t r = 0; r < rows; ++r) {
    const double sum = SumOfLanes(d, LongSum<D>{hn::Load(d, sums[r][0]), hn::Load(d, sums[r][1])});
    high[r] = static_cast<C>(sum);
    low[r] = static_cast<C>(sum - static_cast<double>(high[r]));
  }
  for (std::size_t r = 0; r < rows; r += hn::Lanes(d)) {
    const Inverse<D> inverse(d, hn::Load(d, high + r), hn::Load(d, low + r));
    hn::Store(inverse.high, d, high + r);
    hn::Store(inverse.low, d, low + r);
  }
  WriteRows<kStream>(
      d, rows, size, y,
      [&](std::size_t r) HWY_ATTR {
        return RowFactors<D>{hn::Set(d, high[r]), hn::Set(d, low[r])};
      },
      [&](auto, std::size_t i, std::size_t r, const RowFactors<D>& inverse) HWY_ATTR {
        const V e = hn::LoadU(d, room + r * (pitch - size) + i);
        return TimesInverse(e, inverse.first, inverse.second);
      });
}

template <bool kStream, class D, typename T>
HWY_INLINE void LogSoftmaxRow(D d, const T* x, T* y, std::size_t size) {
  FetchSharedLine<kStream>(y + size);
  LogSum<D> sum;
  sum.start(d, RowMax(d, x, size));
  ForRow(d, size, [&](auto access, std::size_t, std::size_t i) HWY_ATTR {
    sum.add(d, access.load(d, x + i));
  });
  sum.join_lanes(d);
  sum.finish(d);
  WriteRows<kStream>(
      d, 1, size, y, [&](std::size_t) HWY_ATTR { return RowFactors<D>{}; },
      [&](auto access, std::size_t i, std::size_t, const RowFactors<D>&)
          HWY_ATTR { return sum.log_probability(d, access.load(d, x + i)); });
}

template <typename T, bool kStream>
void Rows(const SoftmaxRows& work, std::size_t begin, std::size_t end, void* room) {
  const hn::ScalableTag<Compute<T>> d;
  if constexpr (RowExp<decltype(d)>::kBase2) {
    if (!work.log && RowBlock::is_long(work.size)) {
      const std::size_t at = begin * work.size;
      SoftmaxLongRows<kStream>(d, static_cast<const T*>(work.x) + at, static_cast<T*>(work.y) + at,
                               end - begin, work.size, static_cast<Compute<T>*>(room));
      return hwy::FlushStream();
    }
  }
  const std::size_t block = work.log ? 1 : RowBlock::rows(work.size, sizeof(Compute<T>));
  for (std::size_t row = begin; row < end; row += block) {
    const T* x = static_cast<const T*>(work.x) + row * work.size;
    T* y = static_cast<T*>(work.y) + row * work.size;
    if (work.log) {
      LogSoftmaxRow<kStream>(d, x, y, work.size);
    } else {
      SoftmaxBlock<kStream>(d, x, y, HWY_MIN(block, end - row), work.size,
                            static_cast<Compute<T>*>(room));
    }
  }
  hwy::FlushStream();
}

void Run(const SoftmaxRows& work, std::size_t begin, std::size_t end, void* room) {
  WithElement(work.element, work.stream, [&](auto value, auto stream) HWY_ATTR {
    Rows<decltype(value), decltype(stream)::value>(work, begin, end, room);
  });
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(Run);
void softmax_rows(const SoftmaxRows& work, std::size_t begin, std::size_t end, void* room) {
  HWY_DYNAMIC_DISPATCH(Run)(work, begin, end, room);
}
}  // namespace carica::ops::cpu
#endif
