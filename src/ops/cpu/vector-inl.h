// Vectors of float or double from and to memory of any element type, and the exponential.
// Included once for each instruction set.
#if defined(CARICA_OPS_CPU_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_VECTOR_INL_H_
#undef CARICA_OPS_CPU_VECTOR_INL_H_
#else
#define CARICA_OPS_CPU_VECTOR_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "ops/cpu/element.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// float for 16-bit types, else the type itself.
template <typename T>
struct ComputeOf {
  using type = float;
};
template <>
struct ComputeOf<double> {
  using type = double;
};
template <typename T>
using Compute = typename ComputeOf<T>::type;

// Calls body(T(), std::bool_constant<stream>()) with T the type that `element` stands for.
template <class Body>
HWY_INLINE void WithElement(Element element, bool stream, Body&& body) {
  const auto with = [&](auto value) HWY_ATTR {
    if (stream) {
      body(value, std::true_type());
    } else {
      body(value, std::false_type());
    }
  };
  switch (element) {
    case Element::kFloat:
      return with(float());
    case Element::kDouble:
      return with(double());
    case Element::kBFloat16:
      return with(hwy::bfloat16_t());
    case Element::kHalf:
      return with(hwy::float16_t());
  }
}

// ---- memory

template <class D>
HWY_INLINE hn::Vec<D> Read(D d, const hn::TFromD<D>* from) {
  return hn::LoadU(d, from);
}
template <class D>
HWY_INLINE hn::Vec<D> Read(D d, const hwy::bfloat16_t* from) {
  const hn::Rebind<std::uint16_t, D> d16;
  const hn::Rebind<std::uint32_t, D> d32;
  const auto bits = hn::LoadU(d16, reinterpret_cast<const std::uint16_t*>(from));
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(d32, bits)));
}
#if HWY_TARGET == HWY_SCALAR
// Half to float32 and back. Highway's own for this target read no infinity, and cut off.
HWY_INLINE float HalfValue(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t exponent = half >> 10 & 0x1Fu, mantissa = half & 0x3FFu;
  if (exponent == 0) {  // a multiple of 2^-24
    const float magnitude = static_cast<float>(mantissa) * 5.9604644775390625e-8f;
    return sign == 0 ? magnitude : -magnitude;
  }
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  const std::uint32_t bits = sign | wide << 23 | mantissa << 13;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
#endif

template <class D>
HWY_INLINE hn::Vec<D> Read(D d, const hwy::float16_t* from) {
#if HWY_TARGET == HWY_SCALAR
  return hn::Set(d, HalfValue(from->bits));
#else
  return hn::PromoteTo(d, hn::LoadU(hn::Rebind<hwy::float16_t, D>(), from));
#endif
}

// float32 to bfloat16 in the high halves, the low ones undefined: to nearest, ties to even; NaN
// stays NaN.
template <class D>
HWY_INLINE hn::Vec<hn::Rebind<std::uint32_t, D>> RoundedToBFloat16(D /*d*/, hn::Vec<D> v) {
  const hn::Rebind<std::uint32_t, D> d32;
  const auto bits = hn::BitCast(d32, v);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d32, 1u));
  const auto rounded = hn::Add(bits, hn::Add(odd, hn::Set(d32, 0x7FFFu)));
  const auto nan = hn::Set(d32, 0x7FC00000u);
  return hn::IfThenElse(hn::RebindMask(d32, hn::IsNaN(v)), nan, rounded);
}
template <class D>
HWY_INLINE hn::Vec<hn::Rebind<std::uint16_t, D>> BFloat16Bits(D d, hn::Vec<D> v) {
  const hn::Rebind<std::int32_t, D> di32;
  const hn::Rebind<std::uint16_t, D> d16;
  return hn::DemoteTo(d16, hn::BitCast(di32, hn::ShiftRight<16>(RoundedToBFloat16(d, v))));
}

template <class D>
HWY_INLINE void Write(D d, hn::Vec<D> v, hn::TFromD<D>* to) {
  hn::StoreU(v, d, to);
}
template <class D>
HWY_INLINE void Write([[maybe_unused]] D d, hn::Vec<D> v, hwy::bfloat16_t* to) {
  const hn::Rebind<std::uint16_t, D> d16;
  hn::StoreU(BFloat16Bits(d, v), d16, reinterpret_cast<std::uint16_t*>(to));
}
#if HWY_TARGET == HWY_SCALAR
// To nearest, ties to even.
HWY_INLINE std::uint16_t HalfBits(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const std::uint32_t sign = bits >> 16 & 0x8000u, rest = bits & 0x7FFFFFFFu;
  std::uint32_t half;
  if (rest > 0x7F800000u) {
    half = 0x7E00u;  // NaN
  } else if (rest >= 0x47800000u) {
    half = 0x7C00u;  // 2^16 or more: infinity
  } else if (rest < 0x38800000u) {
    // Below 2^-14: adding 1/2 leaves the multiple of 2^-24 in the last bits, rounded.
    float magnitude;
    std::memcpy(&magnitude, &rest, sizeof magnitude);
    magnitude += 0.5f;
    std::memcpy(&half, &magnitude, sizeof half);
    half -= 0x3F000000u;
  } else {
    // The exponent's bias falls from 127 to 15; a carry goes on into the exponent.
    half = (rest - (112u << 23) + 0xFFFu + (rest >> 13 & 1u)) >> 13;
  }
  return static_cast<std::uint16_t>(sign | half);
}
#endif

template <class D>
HWY_INLINE void Write([[maybe_unused]] D d, hn::Vec<D> v, hwy::float16_t* to) {
#if HWY_TARGET == HWY_SCALAR
  to->bits = HalfBits(hn::GetLane(v));
#else
  const hn::Rebind<hwy::float16_t, D> d16;
  hn::StoreU(hn::DemoteTo(d16, v), d16, to);
#endif
}

#if HWY_TARGET != HWY_SCALAR
// A vector as the bits of its 16-bit values, and back.
template <class D>
using Vec16 = hn::Vec<hn::Rebind<std::uint16_t, D>>;
template <class D>
HWY_INLINE Vec16<D> ToBits16(D d, hn::Vec<D> v, hwy::bfloat16_t) {
  return BFloat16Bits(d, v);
}
template <class D>
HWY_INLINE Vec16<D> ToBits16(D /*d*/, hn::Vec<D> v, hwy::float16_t) {
  const hn::Rebind<hwy::float16_t, D> d16;
  return hn::BitCast(hn::Rebind<std::uint16_t, D>(), hn::DemoteTo(d16, v));
}
template <class D>
HWY_INLINE hn::Vec<D> FromBits16(D d, Vec16<D> bits, hwy::bfloat16_t) {
  const hn::Rebind<std::uint32_t, D> d32;
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(d32, bits)));
}
template <class D>
HWY_INLINE hn::Vec<D> FromBits16(D d, Vec16<D> bits, hwy::float16_t) {
  return hn::PromoteTo(d, hn::BitCast(hn::Rebind<hwy::float16_t, D>(), bits));
}
#endif

// Whether memory of T is loaded and stored with lanes left out: AVX has it for 4 and 8 bytes,
// AVX-512 for 2 as well.
template <class D, typename T>
constexpr bool kHasMasks =
    std::is_same_v<T, hn::TFromD<D>> ? HWY_TARGET <= HWY_AVX2 : HWY_TARGET <= HWY_AVX3;

// The first `n` lanes, n < Lanes(d); the others are `fill`. Reads no byte beyond.
template <class D, typename T>
HWY_INLINE hn::Vec<D> ReadN(D d, const T* from, std::size_t n, hn::TFromD<D> fill) {
  const auto first = hn::FirstN(d, n);
  if constexpr (!kHasMasks<D, T>) {
    HWY_ALIGN T buffer[HWY_MAX_BYTES / sizeof(T)];
    std::memcpy(buffer, from, n * sizeof(T));
    return hn::IfThenElse(first, Read(d, buffer), hn::Set(d, fill));
  } else if constexpr (sizeof(T) == 2) {
    const hn::Rebind<std::uint16_t, D> d16;
    const auto* bits = reinterpret_cast<const std::uint16_t*>(from);
    const auto v = FromBits16(d, hn::MaskedLoad(hn::FirstN(d16, n), d16, bits), T());
    return hn::IfThenElse(first, v, hn::Set(d, fill));
  } else {
    return hn::IfThenElse(first, hn::MaskedLoad(first, d, from), hn::Set(d, fill));
  }
}
template <class D, typename T>
HWY_INLINE void WriteN(D d, hn::Vec<D> v, T* to, std::size_t n) {
  if constexpr (!kHasMasks<D, T>) {
    HWY_ALIGN T buffer[HWY_MAX_BYTES / sizeof(T)];
    Write(d, v, buffer);
    std::memcpy(to, buffer, n * sizeof(T));
  } else if constexpr (sizeof(T) == 2) {
    const hn::Rebind<std::uint16_t, D> d16;
    hn::BlendedStore(ToBits16(d, v, T()), hn::FirstN(d16, n), d16,
                     reinterpret_cast<std::uint16_t*>(to));
  } else {
    hn::BlendedStore(v, hn::FirstN(d, n), d, to);
  }
}

// kStream: past the caches; `to` must be aligned to its vector then. 16-bit values of one vector
// are stored as usual: they fill but half of one.
template <bool kStream, class D, typename T>
HWY_INLINE void WriteAs(D d, hn::Vec<D> v, T* to) {
  if constexpr (kStream && std::is_same_v<T, hn::TFromD<D>>) {
    hn::Stream(v, d, to);
  } else {
    Write(d, v, to);
  }
}
// Whole vectors; kStream as above, but for 16-bit values, too.
template <bool kStream, class D>
HWY_INLINE void WriteWhole(D d, hn::Vec<D> v, hn::TFromD<D>* to) {
  if constexpr (kStream) {
    hn::Stream(v, d, to);
  } else {
    hn::StoreU(v, d, to);
  }
}
// Two vectors.
template <bool kStream, class D, typename T>
HWY_INLINE void WriteTwo(D d, hn::Vec<D> v, hn::Vec<D> next, T* to) {
#if HWY_TARGET != HWY_SCALAR
  if constexpr (sizeof(T) == 2) {
    const hn::Repartition<std::uint16_t, D> d16;
    auto* const bits = reinterpret_cast<std::uint16_t*>(to);
    if constexpr (std::is_same_v<T, hwy::bfloat16_t>) {
      const auto high = hn::BitCast(d16, RoundedToBFloat16(d, next));
      const auto low = hn::BitCast(d16, RoundedToBFloat16(d, v));
      return WriteWhole<kStream>(d16, hn::ConcatOdd(d16, high, low), bits);
    } else {
      const auto both = hn::Combine(d16, ToBits16(d, next, T()), ToBits16(d, v, T()));
      return WriteWhole<kStream>(d16, both, bits);
    }
  }
#endif
  WriteAs<kStream>(d, v, to);
  WriteAs<kStream>(d, next, to + hn::Lanes(d));
}

/// Two vectors of neighbouring values. Bfloat16 ones are taken apart by even and odd: it is faster,
/// and all the same to what is done to each value alone.
template <class D>
struct VectorPair {
  hn::Vec<D> first, second;
};
template <class D, typename T>
HWY_INLINE VectorPair<D> ReadPair(D d, const T* from) {
#if HWY_TARGET != HWY_SCALAR
  if constexpr (std::is_same_v<T, hwy::bfloat16_t>) {
    const hn::Repartition<std::uint16_t, D> d16;
    const hn::Repartition<std::uint32_t, D> d32;
    const auto bits = hn::LoadU(d16, reinterpret_cast<const std::uint16_t*>(from));
    const auto both = hn::BitCast(d32, bits);
    return {hn::BitCast(d, hn::ShiftLeft<16>(both)),
            hn::BitCast(d, hn::And(both, hn::Set(d32, 0xFFFF0000u)))};
  }
#endif
  return {Read(d, from), Read(d, from + hn::Lanes(d))};
}
template <bool kStream, class D, typename T>
HWY_INLINE void WritePair(D d, const VectorPair<D>& v, T* to) {
#if HWY_TARGET != HWY_SCALAR
  if constexpr (std::is_same_v<T, hwy::bfloat16_t>) {
    const hn::Repartition<std::uint16_t, D> d16;
    const hn::Repartition<std::uint32_t, D> d32;
    const auto even = hn::ShiftRight<16>(RoundedToBFloat16(d, v.first));
    const auto odd = RoundedToBFloat16(d, v.second);
    const auto both = hn::OrAnd(even, odd, hn::Set(d32, 0xFFFF0000u));
    return WriteWhole<kStream>(d16, hn::BitCast(d16, both), reinterpret_cast<std::uint16_t*>(to));
  }
#endif
  WriteTwo<kStream>(d, v.first, v.second, to);
}

template <class D, typename T>
HWY_INLINE void ReadAll(D d, const T* from, std::size_t n, hn::TFromD<D>* to) {
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(Read(d, from + i), d, to + i);
  if (i < n) WriteN(d, ReadN(d, from + i, n - i, hn::TFromD<D>(0)), to + i, n - i);
}
template <bool kStream, class D, typename T>
HWY_INLINE void WriteAll(D d, const hn::TFromD<D>* from, std::size_t n, T* to) {
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    WriteTwo<kStream>(d, hn::LoadU(d, from + i), hn::LoadU(d, from + i + lanes), to + i);
  }
  for (; i + lanes <= n; i += lanes) WriteAs<kStream>(d, hn::LoadU(d, from + i), to + i);
  if (i < n) WriteN(d, ReadN(d, from + i, n - i, hn::TFromD<D>(0)), to + i, n - i);
}

// ---- exponential

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
/// NaN for NaN; a row's +inf makes NaN.
template <class D, Subnormal kSubnormal = Subnormal::kFlush>
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
  /// n of the factor 2^-n, kBase2.
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
    const V a = AtLeast(d, hn::Sub(x, offset_), least_);
    const V shifted = hn::MulAdd(a, hn::Set(d, kLog2E), magic_);
    V f = hn::MulSub(a, hn::Set(d, kLog2E), hn::Sub(shifted, magic_));
    f = hn::MulAdd(a, hn::Set(d, kLog2ERest), f);
    return {slope_of(d, f), f, scale_of(d, shifted)};
  }

  /// The same of the row's largest value, in two parts, the second far below the first.
  struct TwoParts {
    V high, low;
  };
  HWY_INLINE TwoParts of_largest(D d, V max) const {
    if constexpr (!kBase2) {
      return {(*this)(d, max), hn::Zero(d)};
    } else {
      // As parts(), but nothing is rounded that the second part can hold.
      const V a = hn::Sub(max, offset_), log2e = hn::Set(d, kLog2E), one = hn::Set(d, C(1));
      const V shifted = hn::MulAdd(a, log2e, magic_), product = hn::Mul(a, log2e);
      const V f = hn::Sub(product, hn::Sub(shifted, magic_));
      const V f_low = hn::MulAdd(a, hn::Set(d, kLog2ERest), hn::MulSub(a, log2e, product));
      const V slope = slope_of(d, f), beyond = hn::Mul(slope, f), high = hn::Add(one, beyond);
      const V of_f_low = hn::Mul(hn::Mul(high, hn::Set(d, C(0.693147181))), f_low);
      const V low = hn::Add(hn::Sub(beyond, hn::Sub(high, one)),
                            hn::Add(hn::MulSub(slope, f, beyond), of_f_low));
      const V scale = scale_of(d, shifted);
      return {hn::Mul(high, scale), hn::Mul(low, scale)};
    }
  }

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

#endif  // CARICA_OPS_CPU_VECTOR_INL_H_
