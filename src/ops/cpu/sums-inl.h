// Sums of exponentials. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_SUMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_SUMS_INL_H_
#undef CARICA_OPS_CPU_SUMS_INL_H_
#else
#define CARICA_OPS_CPU_SUMS_INL_H_
#endif

#include "ops/cpu/exp-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

// Terms that are added up as they are before their sum goes into a LongSum: of exponentials so few
// that a softmax stays within 4 ulp (by fours it reaches 4.6), of products in gradients more.
constexpr std::size_t kShortSum = 2, kShortProductSum = 4;

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

/// 1 / (sum + lost) in two parts, the second far below the first: a product with it is rounded
/// once. 0 for 0, a row of all -inf.
template <class D>
struct Inverse {
  using V = hn::Vec<D>;

  HWY_INLINE Inverse(D d, V sum, V lost) {
    const V one = hn::Set(d, hn::TFromD<D>(1));
    high = hn::IfThenZeroElse(hn::Eq(sum, hn::Zero(d)), hn::Div(one, sum));
    const V rest = hn::NegMulAdd(lost, high, hn::NegMulAdd(sum, high, one));
    low = hn::IfThenZeroElse(hn::Eq(sum, hn::Zero(d)), hn::Mul(high, rest));
  }

  V high, low;
};

// e / sum.
template <class V>
HWY_INLINE V TimesInverse(V e, V high, V low) {
  return hn::MulAdd(e, high, hn::Mul(e, low));
}

// The sum of all lanes of `sum` and `lost`.
template <class D>
HWY_INLINE double SumOfLanes([[maybe_unused]] D d, const LongSum<D>& s) {
#if HWY_TARGET == HWY_SCALAR
  return static_cast<double>(hn::GetLane(s.sum)) + static_cast<double>(hn::GetLane(s.lost));
#else
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    const hn::Half<D> half;
    const hn::RepartitionToWide<D> wide;
    const auto widen = [&](auto v) HWY_ATTR {
      return hn::Add(hn::PromoteTo(wide, hn::LowerHalf(half, v)),
                     hn::PromoteTo(wide, hn::UpperHalf(half, v)));
    };
    return hn::GetLane(hn::SumOfLanes(wide, hn::Add(widen(s.sum), widen(s.lost))));
  } else {
    return hn::GetLane(hn::SumOfLanes(d, s.total()));
  }
#endif
}
// A number as two of C, the second far below the first.
template <typename C>
struct TwoParts {
  HWY_INLINE explicit TwoParts(double x)
      : high(static_cast<C>(x)), low(static_cast<C>(x - static_cast<double>(high))) {}
  C high, low;
};
// SumOfLanes() in all lanes.
template <class D>
HWY_INLINE void JoinLanes(D d, LongSum<D>& s) {
  const TwoParts<hn::TFromD<D>> total(SumOfLanes(d, s));
  s.sum = hn::Set(d, total.high);
  s.lost = hn::Set(d, total.low);
}

// Of vectors that lie one after another in memory, a row's each, what is to be known of their
// lanes. Several rows are joined in one vector: that takes a third of the operations. `rows` is
// rounded up to an even number of fours, so that so many must be readable, and writable.
#if HWY_TARGET != HWY_SCALAR
// The halves of v joined by op, and so on, until a block of 128 bits is left.
template <class D, class Op>
HWY_INLINE auto FoldToBlock(D d, hn::Vec<D> v, Op&& op) {
  if constexpr (hn::MaxLanes(D()) * sizeof(hn::TFromD<D>) > 16) {
    const hn::Half<D> half;
    return FoldToBlock(half, op(hn::LowerHalf(half, v), hn::UpperHalf(half, v)), op);
  } else {
    return v;
  }
}
#endif

// to[r]: all lanes joined by op(a, b), of vectors, whatever their size.
template <class D, class Op>
HWY_INLINE void JoinRows(D d, const hn::TFromD<D>* from, std::size_t rows, hn::TFromD<D>* to,
                         Op&& op) {
#if HWY_TARGET == HWY_SCALAR
  (void)d, (void)op;
  for (std::size_t r = 0; r < rows; ++r) to[r] = from[r];
#else
  using C = hn::TFromD<D>;
  const std::size_t lanes = hn::Lanes(d);
  const auto two = [&](const C* at) HWY_ATTR {  // in each block: a, b and so on
    const auto a = hn::Load(d, at), b = hn::Load(d, at + lanes);
    return op(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
  };
  const auto store = [&](auto all, std::size_t r) HWY_ATTR {
    const auto block = FoldToBlock(d, all, op);
    hn::StoreU(block, hn::DFromV<decltype(block)>(), to + r);
  };
  if constexpr (sizeof(C) == 4) {
    const hn::Repartition<std::uint64_t, D> d64;
    for (std::size_t r = 0; r < rows; r += 4) {
      const auto ab = hn::BitCast(d64, two(from + r * lanes));
      const auto cd = hn::BitCast(d64, two(from + (r + 2) * lanes));
      store(op(hn::BitCast(d, hn::InterleaveLower(d64, ab, cd)),
               hn::BitCast(d, hn::InterleaveUpper(d64, ab, cd))),
            r);
    }
  } else {
    for (std::size_t r = 0; r < rows; r += 2) store(two(from + r * lanes), r);
  }
#endif
}
template <class D>
HWY_INLINE void MaxOfRows(D d, const hn::TFromD<D>* from, std::size_t rows, hn::TFromD<D>* max) {
  JoinRows(d, from, rows, max, [](auto a, auto b) HWY_ATTR { return hn::Max(a, b); });
}
template <class D>
HWY_INLINE void SumOfRows(D d, const hn::TFromD<D>* from, std::size_t rows, hn::TFromD<D>* sum) {
  JoinRows(d, from, rows, sum, [](auto a, auto b) HWY_ATTR { return hn::Add(a, b); });
}

// high[r], low[r]: the sum of both vectors' lanes, of a LongSum's sum and lost. Added in double.
template <class D>
HWY_INLINE void SumOfRows(D d, const hn::TFromD<D>* from, std::size_t rows, hn::TFromD<D>* high,
                          hn::TFromD<D>* low) {
  using C = hn::TFromD<D>;
  const std::size_t lanes = hn::Lanes(d);
#if HWY_TARGET != HWY_SCALAR
  if constexpr (sizeof(C) == 4) {
    const hn::Half<D> half;
    const hn::RepartitionToWide<D> wide;
    const auto op = [](auto a, auto b) HWY_ATTR { return hn::Add(a, b); };
    const auto widen = [&](const C* at) HWY_ATTR {
      const auto v = hn::Load(d, at);
      return op(hn::PromoteTo(wide, hn::LowerHalf(half, v)),
                hn::PromoteTo(wide, hn::UpperHalf(half, v)));
    };
    const auto both = [&](std::size_t r) HWY_ATTR {
      return op(widen(from + 2 * r * lanes), widen(from + (2 * r + 1) * lanes));
    };
    for (std::size_t r = 0; r < rows; r += 2) {
      const auto a = both(r), b = both(r + 1);
      const auto two = FoldToBlock(
          wide, op(hn::InterleaveLower(wide, a, b), hn::InterleaveUpper(wide, a, b)), op);
      const hn::DFromV<decltype(two)> block;
      const hn::Rebind<C, decltype(block)> narrow;
      const auto sum = hn::DemoteTo(narrow, two);
      hn::StoreU(sum, narrow, high + r);
      hn::StoreU(hn::DemoteTo(narrow, hn::Sub(two, hn::PromoteTo(block, sum))), narrow, low + r);
    }
    return;
  }
#endif
  for (std::size_t r = 0; r < rows; ++r) {
    const C* at = from + 2 * r * lanes;
    const TwoParts<C> total(SumOfLanes(d, LongSum<D>{hn::Load(d, at), hn::Load(d, at + lanes)}));
    high[r] = total.high;
    low[r] = total.low;
  }
}

/// The sum of products, in double.
template <class D>
struct ProductSum {
  using V = hn::Vec<D>;
#if HWY_TARGET == HWY_SCALAR
  HWY_INLINE explicit ProductSum(D) {}
  HWY_INLINE void add(D, V a, V b) {
    sum += static_cast<double>(hn::GetLane(a)) * static_cast<double>(hn::GetLane(b));
  }
  HWY_INLINE double total() const { return sum; }

  double sum = 0;
#else
  using Wide = hn::Repartition<double, D>;
  HWY_INLINE explicit ProductSum(D) : sum(hn::Zero(Wide())) {}
  HWY_INLINE void add(D, V a, V b) {
    if constexpr (sizeof(hn::TFromD<D>) == 8) {
      sum = hn::MulAdd(a, b, sum);
    } else {
      const Wide wide;
      const hn::Half<D> half;
      sum = hn::MulAdd(hn::PromoteTo(wide, hn::LowerHalf(half, a)),
                       hn::PromoteTo(wide, hn::LowerHalf(half, b)), sum);
      sum = hn::MulAdd(hn::PromoteTo(wide, hn::UpperHalf(half, a)),
                       hn::PromoteTo(wide, hn::UpperHalf(half, b)), sum);
    }
  }
  HWY_INLINE double total() const { return hn::GetLane(hn::SumOfLanes(Wide(), sum)); }

  hn::Vec<Wide> sum;
#endif
};

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_SUMS_INL_H_
