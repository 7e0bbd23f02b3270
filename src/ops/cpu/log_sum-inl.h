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

/// log(1 + x) for x >= 0, float ones within 1 ulp up to 0.41: those are the losses of sure rows.
/// NaN for NaN. Source: with s = x / (2 + x), log(1 + x) = 2 atanh(s), summed up so that x itself
/// is added last (Tang 1990, Table-driven implementation of the logarithm function).
template <class D>
HWY_INLINE hn::Vec<D> LogOnePlus(D d, hn::Vec<D> x) {
  using C = hn::TFromD<D>;
  const auto any = hn::Log1p(d, x);
  if constexpr (sizeof(C) == 8) return any;
  const auto s = hn::Div(x, hn::Add(x, hn::Set(d, C(2)))), s2 = hn::Mul(s, s);
  auto rest = hn::MulAdd(s2, hn::Set(d, C(2.0 / 9)), hn::Set(d, C(2.0 / 7)));
  rest = hn::MulAdd(s2, rest, hn::Set(d, C(2.0 / 5)));
  rest = hn::MulAdd(s2, rest, hn::Set(d, C(2.0 / 3)));
  const auto half_square = hn::Mul(hn::Mul(x, x), hn::Set(d, C(0.5)));
  const auto beyond = hn::NegMulAdd(s, hn::MulAdd(s2, rest, half_square), half_square);
  return hn::IfThenElse(hn::Lt(x, hn::Set(d, C(0.41))), hn::Sub(x, beyond), any);
}

/// log sum e^(x - max) of rows. The largest value's e^0 is left out of the sum and comes back in
/// log(1 + rest): a rest far below 1 keeps all its digits.
template <class D>
struct LogSum {
  using V = hn::Vec<D>;
  using Exp = RowExp<D, Subnormal::kKeep>;

  HWY_INLINE LogSum(D /*d*/, V largest_of_row, const Exp& of_row)
      : exp(of_row), max(largest_of_row) {}

  // A value's term of the sum is whole (1 + beyond), which would have to be rounded: the two parts
  // are summed on their own.
  struct Term {
    V whole, beyond;
  };
  // largest: counts how often the largest value occurs.
  HWY_INLINE Term term(D d, V x, V& largest) const {
    const auto is_largest = hn::Eq(x, max);
    largest = hn::Add(largest, hn::IfThenElseZero(is_largest, hn::Set(d, hn::TFromD<D>(1))));
    if constexpr (Exp::kBase2) {
      const auto e = exp.parts(d, x);
      return {hn::IfThenZeroElse(is_largest, e.scale), hn::Mul(e.slope, e.fraction)};
    } else {
      return {hn::IfThenZeroElse(is_largest, exp(d, x)), hn::Zero(d)};
    }
  }

  // rest: the sum of all terms. Called with a row in each lane.
  HWY_INLINE V log(D d, const LongSum<D>& rest, V largest) const {
    const auto of_largest = exp.of_largest(d, Shift(d, max));
    const Inverse<D> inverse(d, of_largest.high, of_largest.low);
    const V others = hn::Sub(largest, hn::Set(d, hn::TFromD<D>(1)));
    const V small = hn::MulAdd(rest.sum, inverse.low, hn::Mul(rest.lost, inverse.high));
    return LogOnePlus(d, hn::Add(hn::MulAdd(rest.sum, inverse.high, small), others));
  }

  Exp exp;
  V max;
};

/// x - max - log sum: -inf for a row of all -inf.
template <class D>
HWY_INLINE hn::Vec<D> LogProbability(D /*d*/, hn::Vec<D> x, hn::Vec<D> shift, hn::Vec<D> log) {
  return hn::Sub(hn::Sub(x, shift), log);
}
template <class D>
HWY_INLINE VectorPair<D> LogProbability(D d, const VectorPair<D>& x, hn::Vec<D> shift,
                                        hn::Vec<D> log) {
  return {LogProbability(d, x.first, shift, log), LogProbability(d, x.second, shift, log)};
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_LOG_SUM_INL_H_
