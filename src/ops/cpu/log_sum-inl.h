// Logarithms of sums of exponentials. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_LOG_SUM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_LOG_SUM_INL_H_
#undef CARICA_OPS_CPU_LOG_SUM_INL_H_
#else
#define CARICA_OPS_CPU_LOG_SUM_INL_H_
#endif

#include "ops/cpu/sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

/// log sum e^(x - max) of a row for each lane. The largest value's e^0 is left out of the sum and
/// comes back in log(1 + rest): a rest far below 1 keeps all its digits.
template <class D>
struct LogSum {
  using V = hn::Vec<D>;

  HWY_INLINE void start(D d, V max_of_all) {
    max = max_of_all;
    shift = Shift(d, max_of_all);
    largest = hn::Zero(d);
    rest.start(d);
    rest.add(hn::Sub(shift, shift));  // NaN for a row with +inf
  }
  // Returns e^(x - max).
  HWY_INLINE V add(D d, V x) {
    const V e = ExpOfDifference<Subnormal::kKeep>(d, x, shift);
    const auto is_largest = hn::Eq(x, max);
    rest.add(hn::IfThenZeroElse(is_largest, e));
    largest = hn::Add(largest, hn::IfThenElseZero(is_largest, hn::Set(d, hn::TFromD<D>(1))));
    return e;
  }
  // One row lies in all lanes: adds them up.
  HWY_INLINE void join_lanes(D d) {
    JoinLanes(d, rest);
    largest = hn::SumOfLanes(d, largest);
  }
  HWY_INLINE void finish(D d) {
    const auto others = hn::Sub(largest, hn::Set(d, hn::TFromD<D>(1)));
    log = hn::Log1p(d, hn::Add(rest.total(), others));
  }

  /// x - max - log sum: -inf for a row of all -inf.
  HWY_INLINE V log_probability(D, V x) const { return hn::Sub(hn::Sub(x, shift), log); }

  V max, shift;
  V largest;        // how many values are the largest
  LongSum<D> rest;  // over all others
  V log;
};

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_LOG_SUM_INL_H_
