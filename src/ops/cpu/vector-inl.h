// Vectors of float or double from and to memory of any element type. Included once for each
// instruction set.
#if defined(CARICA_OPS_CPU_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_VECTOR_INL_H_
#undef CARICA_OPS_CPU_VECTOR_INL_H_
#else
#define CARICA_OPS_CPU_VECTOR_INL_H_
#endif

#include <hwy/cache_control.h>
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

// Values of a cache line; those before `at` in its line; those from there to the next line.
template <typename T>
constexpr std::size_t LineOf() {
  return 64 / sizeof(T);
}
template <typename T>
HWY_INLINE std::size_t BeforeInLine(const T* at) {
  return reinterpret_cast<std::uintptr_t>(at) / sizeof(T) % LineOf<T>();
}
template <typename T>
HWY_INLINE std::size_t UntilLine(const T* at) {
  return (LineOf<T>() - BeforeInLine(at)) % LineOf<T>();
}
// The line that begins at to + i; result(i) is the vector that begins there.
template <bool kStream, class D, class Result, typename T>
HWY_INLINE void WriteLine(D d, Result&& result, std::size_t i, T* to) {
  const std::size_t lanes = hn::Lanes(d), end = i + LineOf<T>();
  for (; i + 2 * lanes <= end; i += 2 * lanes) {
    const auto v = result(i);
    WriteTwo<kStream>(d, v, result(i + lanes), to + i);
  }
  for (; i < end; i += lanes) WriteAs<kStream>(d, result(i), to + i);
}
// From to + i up to to + end.
template <class D, class Result, typename T>
HWY_INLINE void WritePart(D d, Result&& result, std::size_t i, std::size_t end, T* to) {
  for (; i + hn::Lanes(d) <= end; i += hn::Lanes(d)) Write(d, result(i), to + i);
  if (i < end) WriteN(d, result(i), to + i, end - i);
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

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_VECTOR_INL_H_
