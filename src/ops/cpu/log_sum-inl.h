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

/// log(1 + x) for finite x >= 0, float ones within 1 ulp. NaN for NaN. With 1 + x = 2^k (1 + f) it
/// is k log 2 + f - f^2 / 2 + f^3 p(f), summed up so that f is added last; small x are f
/// themselves. Source of the summation and of log 2 in two parts: K. C. Ng, fdlibm's log1p, 1993;
/// of a polynomial in place of a division, which takes longer: S. Moshier, Cephes' logf, 1992.
template <class D>
HWY_INLINE hn::Vec<D> LogOnePlus(D d, hn::Vec<D> x) {
  using C = hn::TFromD<D>;
  if constexpr (sizeof(C) == 8) {
    return hn::Log1p(d, x);
  } else {
    const auto set = [&](double value) HWY_ATTR { return hn::Set(d, static_cast<C>(value)); };
    const hn::Rebind<std::int32_t, D> d32;
    constexpr std::int32_t kOne = 0x3F800000, kRootOfHalf = 0x3F3504F3;  // as bits
    const auto u = hn::Add(x, set(1)), lost = hn::Sub(x, hn::Sub(u, set(1)));
    const auto bits = hn::Add(hn::BitCast(d32, u), hn::Set(d32, kOne - kRootOfHalf));
    const auto k = hn::Sub(hn::ShiftRight<23>(bits), hn::Set(d32, 127));
    const auto mantissa = hn::And(bits, hn::Set(d32, 0x007FFFFF));
    const auto m = hn::BitCast(d, hn::Add(mantissa, hn::Set(d32, kRootOfHalf)));
    const auto scale = hn::BitCast(d, hn::ShiftLeft<23>(hn::Sub(hn::Set(d32, 127), k)));
    const auto f = hn::MulAdd(lost, scale, hn::Sub(m, set(1)));

    // p: a minimax fit (relative to the logarithm) on [sqrt(1/2) - 1, sqrt(2) - 1].
    auto p = set(-0.0763449744);
    p = hn::MulAdd(p, f, set(0.12761578));
    p = hn::MulAdd(p, f, set(-0.131601825));
    p = hn::MulAdd(p, f, set(0.142017573));
    p = hn::MulAdd(p, f, set(-0.166233569));
    p = hn::MulAdd(p, f, set(0.200012267));
    p = hn::MulAdd(p, f, set(-0.250008196));
    p = hn::MulAdd(p, f, set(0.333333313));
    // log 2 in two parts: products of the first with small integers are exact.
    const auto n = hn::ConvertTo(d, k), square = hn::Mul(f, f);
    const auto half_square = hn::Mul(square, set(0.5));
    const auto small = hn::MulAdd(hn::Mul(square, f), p, hn::Mul(n, set(9.0580006144e-6)));
    const auto log = hn::Sub(f, hn::Sub(half_square, small));
    return hn::MulAdd(n, set(0.693138122558594), log);
  }
}

/// sum + lost, of values of `exp` for a row, over that of the row's largest value. shift: Shift()
/// of the largest; NaN for +inf.
template <class D, class Exp>
HWY_INLINE hn::Vec<D> OverLargest(D d, const Exp& exp, hn::Vec<D> shift, hn::Vec<D> sum,
                                  hn::Vec<D> lost) {
  if constexpr (Exp::kBase2) {
    const auto excess = exp.inverse_excess(d, shift);
    const auto small = hn::MulAdd(sum, excess, hn::MulAdd(lost, excess, lost));
    return hn::Mul(hn::Add(sum, small), hn::Set(d, Exp::kInverseScale));
  } else {
    return hn::Add(hn::Add(sum, lost), hn::Sub(shift, shift));
  }
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
  HWY_INLINE auto is_largest(D /*d*/, V x) const { return hn::Eq(x, max); }
  // With largest = is_largest(x).
  template <class Mask>
  HWY_INLINE Term term(D d, V x, Mask largest) const {
    if constexpr (Exp::kBase2) {
      const auto e = exp.parts(d, x);
      return {hn::IfThenZeroElse(largest, e.scale), hn::Mul(e.slope, e.fraction)};
    } else {
      return {hn::IfThenZeroElse(largest, exp(d, x)), hn::Zero(d)};
    }
  }

  // rest: the sum of all terms. largest: how often the largest value occurs. Called with a row in
  // each lane.
  HWY_INLINE V log(D d, const LongSum<D>& rest, V largest) const {
    const V others = hn::Sub(largest, hn::Set(d, hn::TFromD<D>(1)));
    const V over = OverLargest(d, exp, Shift(d, max), rest.sum, rest.lost);
    return LogOnePlus(d, hn::Add(over, others));
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
