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
    const LongSum<D> sum{hn::Load(d, sums[r][0]), hn::Load(d, sums[r][1])};
    const TwoParts<C> total(SumOfLanes(d, sum));
    high[r] = total.high;
    low[r] = total.low;
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

// The same of its logarithm.
template <bool kStream, class D, typename T>
HWY_INLINE void LogSoftmaxBlock(D d, const T* x, T* y, std::size_t rows, std::size_t size) {
  using C = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using Exp = typename LogSum<D>::Exp;
  constexpr std::size_t kMost = RowBlock::kMost;
  FetchSharedLine<kStream>(y + rows * size);
  HWY_ALIGN C max[kMost] = {}, rest[kMost] = {}, lost[kMost] = {}, largest[kMost] = {},
              kept[Exp::kKept * kMost];
  HWY_ALIGN C sums[kMost][3][hn::MaxLanes(D())];
  for (std::size_t r = 0; r < rows; ++r) max[r] = hn::GetLane(RowMax(d, x + r * size, size));
  for (std::size_t r = 0; r < rows; r += hn::Lanes(d)) {
    Exp(d, Shift(d, hn::Load(d, max + r))).keep(d, kept + r, kMost);
  }
  for (std::size_t r = 0; r < rows; ++r) {
    const T *row = x + r * size, *next = row + rows * size;
    const LogSum<D> log_sum(d, hn::Set(d, max[r]), Exp(d, kept + r, kMost));
    V count = hn::Zero(d);
    RowSum<D> sum(d, size), beyond(d, size);
    ForRow(
        d, size,
        [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
          hwy::Prefetch(next + i);
          const auto term = log_sum.term(d, access.load(d, row + i), count);
          sum.part[k] = hn::Add(sum.part[k], term.whole);
          beyond.part[k] = hn::MulAdd(term.beyond, term.whole, beyond.part[k]);
        },
        [&]() HWY_ATTR {
          sum.next(d);
          beyond.next(d);
        });
    sum.sum.add(beyond.sum.sum);
    sum.sum.add(beyond.sum.lost);
    hn::Store(sum.sum.sum, d, sums[r][0]);
    hn::Store(sum.sum.lost, d, sums[r][1]);
    hn::Store(count, d, sums[r][2]);
  }
  for (std::size_t r = 0; r < rows; ++r) {
    const LongSum<D> sum{hn::Load(d, sums[r][0]), hn::Load(d, sums[r][1])};
    const TwoParts<C> total(SumOfLanes(d, sum));
    rest[r] = total.high;
    lost[r] = total.low;
    largest[r] = hn::GetLane(hn::SumOfLanes(d, hn::Load(d, sums[r][2])));
  }
  for (std::size_t r = 0; r < rows; r += hn::Lanes(d)) {
    const V m = hn::Load(d, max + r), shift = Shift(d, m);
    const LogSum<D> log_sum(d, m, Exp(d, shift));
    const LongSum<D> terms{hn::Load(d, rest + r), hn::Load(d, lost + r)};
    hn::Store(log_sum.log(d, terms, hn::Load(d, largest + r)), d, rest + r);
    hn::Store(shift, d, max + r);
  }
  WriteRows<kStream, true>(
      d, rows, size, y,
      [&](std::size_t r) HWY_ATTR {
        return RowFactors<D>{hn::Set(d, max[r]), hn::Set(d, rest[r])};
      },
      [&](auto access, std::size_t i, std::size_t, const RowFactors<D>& row)
          HWY_ATTR { return LogProbability(d, access.load(d, x + i), row.first, row.second); });
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
  const std::size_t block = RowBlock::rows(work.size, sizeof(Compute<T>));
  for (std::size_t row = begin; row < end; row += block) {
    const T* x = static_cast<const T*>(work.x) + row * work.size;
    T* y = static_cast<T*>(work.y) + row * work.size;
    if (work.log) {
      LogSoftmaxBlock<kStream>(d, x, y, HWY_MIN(block, end - row), work.size);
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
