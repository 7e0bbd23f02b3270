#include "ops/cpu/softmax_rows.h"

#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/softmax_rows.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/log_sum-inl.h"
#include "ops/cpu/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

template <bool kStream, class D, typename T>
HWY_INLINE void SoftmaxRow(D d, const T* x, T* y, std::size_t size, hn::TFromD<D>* room) {
  using V = hn::Vec<D>;
  const V shift = Shift(d, RowMax(d, x, size));
  V part[kRowGroup];
  for (V& p : part) p = hn::Zero(d);
  LongSum<D> sum;
  sum.start(d);
  ForRow(
      d, size,
      [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
        const V e = ExpOfDifference(d, access.load(d, x + i), shift);
        part[k] = hn::Add(part[k], e);
        hn::Store(e, d, room + i);
      },
      [&]() HWY_ATTR {
        sum.add(hn::Add(part[0], part[1]));
        sum.add(hn::Add(part[2], part[3]));
        for (V& p : part) p = hn::Zero(d);
      });
  JoinLanes(d, sum);
  const Inverse<D> inverse(d, sum.sum, sum.lost);
  ForRow(d, size, [&](auto access, std::size_t, std::size_t i) HWY_ATTR {
    const V e = hn::Load(d, room + i);
    access.template store<kStream>(d, TimesInverse(e, inverse.high, inverse.low), y + i);
  });
}

template <bool kStream, class D, typename T>
HWY_INLINE void LogSoftmaxRow(D d, const T* x, T* y, std::size_t size) {
  LogSum<D> sum;
  sum.start(d, RowMax(d, x, size));
  ForRow(d, size, [&](auto access, std::size_t, std::size_t i) HWY_ATTR {
    sum.add(d, access.load(d, x + i));
  });
  sum.join_lanes(d);
  sum.finish(d);
  ForRow(d, size, [&](auto access, std::size_t, std::size_t i) HWY_ATTR {
    const auto v = access.load(d, x + i);
    access.template store<kStream>(d, sum.log_probability(d, v), y + i);
  });
}

template <typename T, bool kStream>
void Rows(const SoftmaxRows& work, std::size_t begin, std::size_t end, void* room) {
  const hn::ScalableTag<Compute<T>> d;
  for (std::size_t row = begin; row < end; ++row) {
    const T* x = static_cast<const T*>(work.x) + row * work.size;
    T* y = static_cast<T*>(work.y) + row * work.size;
    if (work.log) {
      LogSoftmaxRow<kStream>(d, x, y, work.size);
    } else {
      SoftmaxRow<kStream>(d, x, y, work.size, static_cast<Compute<T>*>(room));
    }
  }
  hwy::FlushStream();
}

void Run(const SoftmaxRows& work, std::size_t begin, std::size_t end, void* room) {
  const bool streams = StreamsRows(work.stream, work.size);
  WithElement(work.element, streams, [&](auto value, auto stream) HWY_ATTR {
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
