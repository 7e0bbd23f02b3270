#include "ops/cpu/cross_entropy_work.h"
#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/cross_entropy_long_rows.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/log_sum-inl.h"
#include "ops/cpu/rows-inl.h"
#include "ops/cpu/targets-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

/// As StripLoss, for one long row at a time: the target's own exponential stays out of the sum.
template <typename T, bool kStream>
struct LongRow {
  using C = Compute<T>;
  using D = hn::ScalableTag<C>;
  using V = hn::Vec<D>;

  const CrossEntropyRows& work;
  C* room;
  const D d{};

  // The sum of e^x over x[begin, end), stored at room[begin, end).
  HWY_INLINE double exponentiate(const T* x, std::size_t begin, std::size_t end,
                                 const RowExp<D>& exp) const {
    RowSum<D> sum(d, end - begin);
    ForRow(
        d, end - begin,
        [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
          const V e = exp(d, access.load(d, x + begin + i));
          sum.part[k] = hn::Add(sum.part[k], e);
          access.template store<false>(d, e, room + begin + i);
        },
        [&]() HWY_ATTR { sum.next(d); });
    return SumOfLanes(d, sum.sum);
  }

  // sum_c w[c] (x[c] - shift)
  HWY_INLINE C sum_of_logits(const T* x, V shift) const {
    const C* weight = static_cast<const C*>(work.targets.weight);
    LongSum<D> sum;
    sum.start(d);
    ForRow(d, static_cast<std::size_t>(work.layout.size),
           [&](auto access, std::size_t, std::size_t i) HWY_ATTR {
             auto v = hn::Sub(access.load(d, x + i), shift);
             if (weight) v = hn::Mul(v, access.load(d, weight + i));
             sum.add(access.only(d, v));
           });
    return hn::GetLane(hn::SumOfLanes(d, sum.total()));
  }

  // Returns scale * loss of row `at`.
  HWY_INLINE double run(std::size_t at) const {
    const auto size = static_cast<std::size_t>(work.layout.size);
    const TargetWork& targets = work.targets;
    const T* x = static_cast<const T*>(work.logits) + at * size;
    T* gradient = work.gradient ? static_cast<T*>(work.gradient) + at * size : nullptr;
    std::int32_t y = kIgnored;
    ReadTargets(targets, at, 1, &y);
    if (y == kIgnored) {
      if (work.losses) static_cast<C*>(work.losses)[at] = 0;
      if (gradient) write(gradient, C(0), C(0), C(0));
      return 0;
    }
    if (gradient) FetchSharedLine<kStream>(gradient + size);
    const auto own_at = static_cast<std::size_t>(y);
    const V max = RowMax(d, x, size), shift = Shift(d, max);
    HWY_ALIGN C own[HWY_MAX_BYTES / sizeof(C)];
    hn::Store(ReadN(d, x + own_at, 1, C(0)), d, own);
    const C base = hn::GetLane(shift);
    const RowExp<D> exp(d, shift);
    const double others = exponentiate(x, 0, own_at, exp) + exponentiate(x, own_at + 1, size, exp);
    const C e = hn::GetLane(exp(d, hn::Set(d, own[0]))), largest = hn::GetLane(exp(d, shift));
    const TwoParts<C> rest(own[0] == hn::GetLane(max) ? others : others - largest + e);
    const V over = OverLargest(d, exp, shift, hn::Set(d, rest.high), hn::Set(d, rest.low));
    const C log_sum = hn::GetLane(LogOnePlus(d, over));
    const C weight = OwnWeight<C>(targets, y), scale = ScaleOf<C>(targets, at);
    const C share = static_cast<C>(targets.share);
    const C smooth_weight = share * static_cast<C>(targets.weight_sum);
    C loss = weight * (log_sum - (own[0] - base));
    if (targets.smoothing > 0) loss += smooth_weight * log_sum - share * sum_of_logits(x, shift);
    if (work.losses) static_cast<C*>(work.losses)[at] = loss;
    if (gradient) {
      // Where there are no others p is 1, exactly, in any unit.
      const C unit = others == 0 && e > 0 ? C(1) : e, all_others = static_cast<C>(others);
      const C all = weight + smooth_weight, sum = static_cast<C>(others + unit);
      room[own_at] = all == 0 ? C(0) : (smooth_weight * unit - weight * all_others) / all;
      write(gradient, sum == 0 ? C(0) : scale * all / sum, share * scale, C(1));
    }
    return static_cast<double>(loss) * static_cast<double>(scale);
  }

  // factor * room - share * w[c]; zeros if not `any`.
  HWY_INLINE void write(T* gradient, C factor, C share, C any) const {
    const C* weight = static_cast<const C*>(work.targets.weight);
    const bool smooth = work.targets.smoothing > 0;
    WriteRows<kStream>(
        d, 1, static_cast<std::size_t>(work.layout.size), gradient,
        [&](std::size_t) HWY_ATTR {
          return RowFactors<D>{hn::Set(d, factor), hn::Set(d, share)};
        },
        [&](auto access, std::size_t i, std::size_t, const RowFactors<D>& factors) HWY_ATTR {
          V v = hn::Zero(d);
          if (any == 0) return v;
          v = hn::Mul(access.load(d, room + i), factors.first);
          if (smooth) {
            const V w = weight ? access.load(d, weight + i) : hn::Set(d, C(1));
            v = hn::NegMulAdd(factors.second, w, v);
          }
          return v;
        });
  }
};

template <typename T, bool kStream>
void LongRows(const CrossEntropyRows& work, std::size_t begin, std::size_t end, void* room) {
  const LongRow<T, kStream> row{work, static_cast<Compute<T>*>(room)};
  const auto rows = static_cast<std::size_t>(work.layout.outer);
  for (std::size_t task = begin; task < end; ++task) {
    double sum = 0;
    const std::size_t first = task * kLongRows;
    for (std::size_t at = first; at < HWY_MIN(first + kLongRows, rows); ++at) sum += row.run(at);
    if (work.sums) work.sums[task] = sum;
  }
  hwy::FlushStream();
}

void Run(const CrossEntropyRows& work, std::size_t begin, std::size_t end, void* room) {
  WithElement(work.element, work.stream, [&](auto value, auto stream) HWY_ATTR {
    LongRows<decltype(value), decltype(stream)::value>(work, begin, end, room);
  });
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(Run);
void cross_entropy_long_rows(const CrossEntropyRows& work, std::size_t begin, std::size_t end,
                             void* room) {
  HWY_DYNAMIC_DISPATCH(Run)(work, begin, end, room);
}
}  // namespace carica::ops::cpu
#endif
