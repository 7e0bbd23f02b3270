// Sums of exponentials. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_SUMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_SUMS_INL_H_
#undef CARICA_OPS_CPU_SUMS_INL_H_
#else
#define CARICA_OPS_CPU_SUMS_INL_H_
#endif

#include "ops/cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

// Terms that are added up as they are before their sum goes into a LongSum.
constexpr std::size_t kShortSum = 4;

/// A sum, in each lane, that does not lose digits with its length: what an addition rounds off is
/// kept beside it. Source: Knuth, The Art of Computer Programming 2, 4.2.2 (TwoSum).
template <class D>
struct LongSum {
  using V = hn::Vec<D>;

  HWY_INLINE void start(D d) { sum = lost = hn::Zero(d); }
  HWY_INLINE void add(V v) {
    const V next = hn::Add(sum, v);
    const V part = hn::Sub(next, sum);
    lost = hn::Add(lost, hn::Add(hn::Sub(sum, hn::Sub(next, part)), hn::Sub(v, part)));
    sum = next;
  }
  HWY_INLINE V total() const { return hn::Add(sum, lost); }

  V sum, lost;
};

// What to subtract from a row whose largest value is `max`: 0 for -inf, so that e^-inf is 0 there
// and not NaN.
template <class D>
HWY_INLINE hn::Vec<D> Shift(D d, hn::Vec<D> max) {
  const auto least = hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity());
  return hn::IfThenZeroElse(hn::Eq(max, least), max);
}

// 1 / sum, and 0 for 0 (a row of all -inf).
template <class D>
HWY_INLINE hn::Vec<D> Reciprocal(D d, hn::Vec<D> sum) {
  const auto one = hn::Set(d, hn::TFromD<D>(1));
  return hn::IfThenZeroElse(hn::Eq(sum, hn::Zero(d)), hn::Div(one, sum));
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_SUMS_INL_H_
