// The exponential. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_EXP_INL_H_
#undef CARICA_OPS_CPU_EXP_INL_H_
#else
#define CARICA_OPS_CPU_EXP_INL_H_
#endif

#include <hwy/contrib/math/math-inl.h>

#include "ops/cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

/// Whether e^x keeps results that are no normal numbers, below 1e-38 (2e-308 in double). A softmax
/// does without; in the logarithm of a sum whose largest term is left out they count.
enum class Subnormal { kFlush, kKeep };

template <typename C, Subnormal kSubnormal>
constexpr C kExpLowest = sizeof(C) == 4 ? C(kSubnormal == Subnormal::kKeep ? -103.9 : -87.33654)
                                        : C(kSubnormal == Subnormal::kKeep ? -745 : -708.39);

/// e^(x + low) for x <= 0 (x up to 88 works) and a tiny `low`; relative error below 1.5 ulp. 0 for
/// very small results, see Subnormal; NaN for NaN. Source: Cody & Waite 1980 for the reduction; the
/// polynomial is a minimax fit of e^r on [-ln 2 / 2, ln 2 / 2] (relative).
template <Subnormal kSubnormal = Subnormal::kFlush, class D>
HWY_INLINE hn::Vec<D> ExpOf(D d, hn::Vec<D> x, hn::Vec<D> low) {
  using C = hn::TFromD<D>;
  const auto lowest = hn::Set(d, kExpLowest<C, kSubnormal>);
  if constexpr (sizeof(C) == 8) {
    const auto e = hn::Exp(d, x);
    const auto known = hn::IfThenZeroElse(hn::Lt(x, lowest), hn::MulAdd(e, low, e));
    return hn::IfThenElse(hn::Eq(x, x), known, x);
  } else {
    // 1.5 * 2^23 moves the integer nearest to x / ln 2 into the low bits; 127 is the exponent's
    // bias.
    const auto magic = hn::Set(d, 12582912.0f + 127.0f);
    const auto shifted = hn::MulAdd(x, hn::Set(d, 1.44269504f), magic);
    const auto n = hn::Sub(shifted, magic);
    // The first product has no rounding, and what is small is added up before it meets what is not.
    const auto r = hn::Add(hn::NegMulAdd(n, hn::Set(d, 0.693145751953125f), x),
                           hn::NegMulAdd(n, hn::Set(d, 1.42860677e-6f), low));
    auto p = hn::Set(d, 1.38145406e-3f);
    p = hn::MulAdd(p, r, hn::Set(d, 8.36874545e-3f));
    p = hn::MulAdd(p, r, hn::Set(d, 4.1668389e-2f));
    p = hn::MulAdd(p, r, hn::Set(d, 0.166665211f));
    p = hn::MulAdd(p, r, hn::Set(d, 0.49999994f));
    p = hn::Add(hn::MulAdd(hn::Mul(p, r), r, r), hn::Set(d, 1.0f));  // 1 + (r + r^2 p)
    auto bits = hn::BitCast(hn::Rebind<std::int32_t, D>(), shifted);
    if constexpr (kSubnormal == Subnormal::kKeep) {
      // In two steps: 2^n itself may be no normal number.
      bits = hn::Add(bits, hn::Set(hn::Rebind<std::int32_t, D>(), 64));
      p = hn::Mul(p, hn::Set(d, 5.42101086e-20f));  // 2^-64
    }
    const auto scale = hn::BitCast(d, hn::ShiftLeft<23>(bits));
    return hn::IfThenZeroElse(hn::Lt(x, lowest), hn::Mul(p, scale));
  }
}

/// e^(x - max), the rounding error of the difference made good (Knuth's TwoDiff).
template <Subnormal kSubnormal = Subnormal::kFlush, class D>
HWY_INLINE hn::Vec<D> ExpOfDifference(D d, hn::Vec<D> x, hn::Vec<D> max) {
  const auto difference = hn::Sub(x, max);
  const auto back = hn::Sub(difference, x);
  const auto low = hn::Sub(hn::Sub(x, hn::Sub(difference, back)), hn::Add(max, back));
  return ExpOf<kSubnormal>(d, difference, low);
}

/// e^x for the values x <= max of one row, all times one factor of the row that a softmax divides
/// out again: about e^-max, or 2^64 e^-max where what is far below the largest counts (kKeep).
/// Relative error below 1.5 ulp, and 0 for what is below 2^-126 of the largest, or below 2^-190.
/// NaN for NaN; a row's +inf makes NaN. kAnyMax false: for rows whose max is not is_large() only;
/// the same bits, one operation less.
template <class D, Subnormal kSubnormal = Subnormal::kFlush, bool kAnyMax = true>
class RowExp {
  using C = hn::TFromD<D>;
  using V = hn::Vec<D>;

  static constexpr C kLog2E = C(1.44269502), kLog2ERest = C(1.925963e-8);
  static constexpr int kRaise = kSubnormal == Subnormal::kKeep ? 64 : 0;
  // 1.5 * 2^23 moves an integer that is added to it into the low bits; 127 is the exponent's bias.
  static constexpr C kBias = C(127 + kRaise), kMagic = C(12582912) + kBias;

 public:
  /// Whether the factor is a power of two, unless is_large(). Needs the exact product of two
  /// floats.
  static constexpr bool kBase2 =
      sizeof(C) == 4 && (HWY_TARGET <= HWY_AVX2 || HWY_TARGET == HWY_NEON);

  HWY_INLINE RowExp() = default;

  // max: the largest value, but not -inf: see Shift().
  HWY_INLINE RowExp(D d, V max) {
    offset_ = max;
    if constexpr (kBase2) {
      // A large one is subtracted, exactly as far as it matters: for x within a factor of 2.
      const auto large = is_large(d, max);
      offset_ = hn::IfThenElseZero(large, max);
      const V k = hn::Round(hn::Mul(hn::IfThenZeroElse(large, max), hn::Set(d, kLog2E)));
      magic_ = hn::Sub(hn::Set(d, kMagic), k);
      least_ = hn::Mul(hn::Sub(k, hn::Set(d, kBias)), hn::Set(d, C(0.693147181)));
    }
  }

  /// Of which `max` the factor is no power of two.
  HWY_INLINE static hn::Mask<D> is_large(D d, V max) {
    return hn::Gt(hn::Abs(max), hn::Set(d, C(32768)));
  }
  /// n of the factor 2^-n, times 2^64 with kKeep. kBase2.
  HWY_INLINE V exponent(D d) const { return hn::Sub(hn::Set(d, kMagic), magic_); }

  // For many rows: what was made for a row in each lane is kept, kKept values for each, and taken
  // out for one row.
  static constexpr std::size_t kKept = kBase2 ? 3 : 1;
  HWY_INLINE void keep(D d, C* to, std::size_t pitch) const {
    hn::Store(offset_, d, to);
    if constexpr (kBase2) {
      hn::Store(magic_, d, to + pitch);
      hn::Store(least_, d, to + 2 * pitch);
    }
  }
  HWY_INLINE RowExp(D d, const C* kept, std::size_t pitch) : offset_(hn::Set(d, kept[0])) {
    if constexpr (kBase2) {
      magic_ = hn::Set(d, kept[pitch]);
      least_ = hn::Set(d, kept[2 * pitch]);
    }
  }

  // With 2^hi 2^lo = e^x, hi and lo floats: 2^(n - k) 2^(hi - n + lo), n the integer nearest to hi
  // and k the one nearest to max / ln 2.
  HWY_INLINE V operator()(D d, V x) const {
    if constexpr (!kBase2) {
      return ExpOfDifference<kSubnormal>(d, x, offset_);
    } else {
      const Parts e = parts(d, x);
      return hn::Mul(hn::MulAdd(e.slope, e.fraction, hn::Set(d, C(1))), e.scale);
    }
  }

  /// (1 + slope fraction) scale is the same, the sum not rounded. kBase2.
  struct Parts {
    V slope, fraction, scale;
  };
  HWY_INLINE Parts parts(D d, V x) const {
    const V a = AtLeast(d, kAnyMax ? hn::Sub(x, offset_) : x, least_);
    const V shifted = hn::MulAdd(a, hn::Set(d, kLog2E), magic_);
    V f = hn::MulSub(a, hn::Set(d, kLog2E), hn::Sub(shifted, magic_));
    f = hn::MulAdd(a, hn::Set(d, kLog2ERest), f);
    return {slope_of(d, f), f, scale_of(d, shifted)};
  }

  /// (1 + excess) kInverseScale is 1 over the same of the row's largest value, the sum not rounded.
  /// kBase2.
  HWY_INLINE V inverse_excess(D d, V max) const {
    const V a = hn::Sub(max, offset_);
    const V f =
        hn::NegMulAdd(a, hn::Set(d, kLog2ERest), hn::NegMulAdd(a, hn::Set(d, kLog2E), exponent(d)));
    return hn::Mul(slope_of(d, f), f);
  }
  static constexpr C kInverseScale = kSubnormal == Subnormal::kKeep ? C(5.42101086e-20) : C(1);

 private:
  // (2^f - 1) / f: the polynomial 1 + slope f is a minimax fit (relative) on [-0.506, 0.506].
  HWY_INLINE static V slope_of(D d, V f) {
    V p = hn::Set(d, C(1.53732721e-4));
    p = hn::MulAdd(p, f, hn::Set(d, C(1.34015887e-3)));
    p = hn::MulAdd(p, f, hn::Set(d, C(9.61838383e-3)));
    p = hn::MulAdd(p, f, hn::Set(d, C(5.55032715e-2)));
    p = hn::MulAdd(p, f, hn::Set(d, C(0.240226477)));
    return hn::MulAdd(p, f, hn::Set(d, C(0.693147182)));
  }
  // 2^n, n in the low bits.
  HWY_INLINE static V scale_of(D d, V shifted) {
    const hn::Rebind<std::int32_t, D> d32;
    return hn::BitCast(d, hn::ShiftLeft<23>(hn::BitCast(d32, shifted)));
  }
  // The larger of both; NaN for an x of NaN.
  HWY_INLINE static V AtLeast(D /*d*/, V x, V least) {
#if HWY_TARGET <= HWY_AVX2
    return hn::Max(least, x);  // of which x86 returns the second if one is NaN
#else
    return hn::IfThenElse(hn::Lt(x, least), least, x);
#endif
  }

  V offset_, magic_, least_;
};

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_EXP_INL_H_
