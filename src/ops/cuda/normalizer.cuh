// The arithmetic of softmax: sums of exponentials that lose nothing to rounding, and their merge.
// Compiles for the host too. Must not be built with fast-math: the rounding errors are the point.
// Sources: Knuth, TAOCP 2, 4.2.2 (the error of a sum); Milakov & Gimelshein 2018 (the merge).
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#ifdef __CUDACC__
#define CARICA_BOTH __host__ __device__ __forceinline__
#define CARICA_UNROLL _Pragma("unroll")
#else
#define CARICA_BOTH inline
#define CARICA_UNROLL
#endif

namespace carica::ops::cuda {

template <typename A>
constexpr A kInfinity = std::numeric_limits<A>::infinity();
template <typename A>
constexpr A kNaN = std::numeric_limits<A>::quiet_NaN();

CARICA_BOTH float exp_of(float x) { return ::expf(x); }
CARICA_BOTH double exp_of(double x) { return ::exp(x); }
/// 2^x for |x| up to some units; 0 for -inf.
CARICA_BOTH float exp2_of(float x) {
#ifdef __CUDA_ARCH__
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
#else
  return ::exp2f(x);
#endif
}
CARICA_BOTH float fabs_of(float x) { return ::fabsf(x); }
/// In few instructions: a relative error of some |x| * 1e-7, and 0 for results that are not normal
/// numbers. For results of 16 bits.
CARICA_BOTH float fast_exp_of(float x) { return exp2_of(x * 1.44269504f); }
/// x, or the nearer of 0 and 1; 0 for NaN.
CARICA_BOTH float saturate(float x) {
#ifdef __CUDA_ARCH__
  return __saturatef(x);
#else
  return x > 0 ? (x < 1 ? x : 1.0f) : 0.0f;
#endif
}
/// About 1 / x, for x far from the ends of the range.
CARICA_BOTH float reciprocal_of(float x) {
#ifdef __CUDA_ARCH__
  float result;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
#else
  return 1 / x;
#endif
}
CARICA_BOTH double reciprocal_of(double x) { return 1 / x; }
CARICA_BOTH float fma_of(float a, float b, float c) { return ::fmaf(a, b, c); }
CARICA_BOTH double fma_of(double a, double b, double c) { return ::fma(a, b, c); }
/// The larger; of a number and NaN the number: NaN is carried by the sums instead.
CARICA_BOTH float max_of(float a, float b) { return ::fmaxf(a, b); }
CARICA_BOTH double max_of(double a, double b) { return ::fmax(a, b); }

/// A sum with what its roundings lost.
template <typename A>
struct PairSum {
  A high, low;

  CARICA_BOTH void add(A value) { high = plus(value, low); }
  CARICA_BOTH void add_product(A a, A b) {
    const A product = a * b;
    low += fma_of(a, b, -product);
    add(product);
  }
  /// In either order the same bits.
  CARICA_BOTH void add(const PairSum& other) {
    low += other.low;
    high = plus(other.high, low);
  }
  CARICA_BOTH PairSum partial() const { return *this; }
  CARICA_BOTH PairSum pair() const { return *this; }
  /// `low` is NaN beside an infinite sum.
  CARICA_BOTH A value() const { return low == low ? high + low : high; }
  /// The same sum with a number for `low`.
  CARICA_BOTH PairSum settled() const { return {high, low == low ? low : A(0)}; }

 private:
  CARICA_BOTH A plus(A value, A& lost) const {
    const A sum = high + value;
    const A part = sum - high;
    lost += (high - (sum - part)) + (value - part);
    return sum;
  }
};

// Other sums have these, too: add(value); partial(), which can be merged with others, by
// add(partial); and of that pair().

/// A sum as it comes, of few values: for results of 16 bits.
template <typename A>
struct PlainSum {
  A high;

  CARICA_BOTH void add(A value) { high += value; }
  CARICA_BOTH void add(const PlainSum& other) { high += other.high; }
  CARICA_BOTH void add_product(A a, A b) { high = fma_of(a, b, high); }
  CARICA_BOTH PlainSum partial() const { return *this; }
  CARICA_BOTH PairSum<A> pair() const { return {high, A(0)}; }
};

/// A sum of powers, or of two together: it begins at more than any, so that what is added is never
/// the larger, and what rounding loses takes three steps instead of six. Adding a power of 1 loses
/// nothing.
/// Source: Dekker 1971, A floating-point technique for extending the available precision.
template <typename A>
struct PowerSum {
  static constexpr A kBegin = 4;
  A high = kBegin, low = 0;

  CARICA_BOTH void add(A power) {
    const A sum = high + power;
    low += power - (sum - high);
    high = sum;
  }
  CARICA_BOTH PairSum<A> partial() const { return {high - kBegin, low}; }
};

/// Adds `count` powers, and what rounding loses of each, by twos first: many small powers beside
/// one of 1 would else be summed one by one.
template <int count, typename A>
CARICA_BOTH A add_powers(A& high, const A* powers) {
  A lost[count];
  CARICA_UNROLL
  for (int i = 0; i < count; ++i) {
    const A sum = high + powers[i];
    lost[i] = powers[i] - (sum - high);
    high = sum;
  }
  CARICA_UNROLL
  for (int step = 1; step < count; step *= 2) {
    CARICA_UNROLL
    for (int i = 0; i + step < count; i += 2 * step) lost[i] += lost[i + step];
  }
  return lost[0];
}

/// Of hundreds of powers: what is lost is added up without losses.
template <typename A>
struct LongPowerSum {
  A high = PowerSum<A>::kBegin;
  PairSum<A> lost = {A(0), A(0)};

  CARICA_BOTH PairSum<A> partial() const { return {high - PowerSum<A>::kBegin, lost.value()}; }
};

/// Adds `count` values to a sum.
template <int count, typename Sum, typename A>
CARICA_BOTH void add_all(Sum& sum, const A* values) {
  CARICA_UNROLL
  for (int i = 0; i < count; ++i) sum.add(values[i]);
}
template <int count, typename A>
CARICA_BOTH void add_all(PowerSum<A>& sum, const A* powers) {
  sum.low += add_powers<count>(sum.high, powers);
}
template <int count, typename A>
CARICA_BOTH void add_all(LongPowerSum<A>& sum, const A* powers) {
  sum.lost.add(add_powers<count>(sum.high, powers));
}

/// A sum of powers that are first added up by twos: that rounding is small beside the sum's last
/// place, and only sums of two are made exact.
template <typename A>
struct GroupedSum {
  PowerSum<A> sum;
  A first = 0;
  bool odd = false;  // known when the loop is unrolled

  CARICA_BOTH void add(A value) {
    odd = !odd;
    if (odd) {
      first = value;
    } else {
      sum.add(first + value);
    }
  }
  CARICA_BOTH PairSum<A> partial() {
    if (odd) sum.add(first);
    return sum.partial();
  }
};

/// A sum of powers that are 2^64 times as large, so that those count that are no normal numbers.
struct LiftedSum {
  static constexpr float kLift = 18446744073709551616.0f, kBegin = 4 * kLift;
  float high = kBegin, low = 0;

  CARICA_BOTH void add(float power) {
    const float sum = high + power;
    low += power - (sum - high);
    high = sum;
  }
  CARICA_BOTH PairSum<float> partial() const { return {(high - kBegin) / kLift, low / kLift}; }
};

/// How exactly powers are wanted.
enum class Power {
  kExact,   // nothing is lost to the rounding of a difference
  kSimple,  // that is: of values of 16 bits the difference is exact, as far as it counts
  kFast,    // and some more; results that are no normal numbers are 0: for results of 16 bits
  kLifted,  // the same, 2^64 times as large: for LiftedSum
};

/// exp(x - shift) for x <= shift: 1 for x = shift. near(x) is the power of base + x, for some rows
/// in one instruction less.
template <Power kPower, typename A>
struct Exponential {
  static constexpr A base = 0;
  A shift;

  Exponential() = default;
  CARICA_BOTH explicit Exponential(A of) : shift(of) {}
  CARICA_BOTH A near(A x) const {
    if constexpr (kPower == Power::kFast) return fast_exp_of(x - shift);
    if constexpr (kPower == Power::kLifted) return exp2_of(fma_of(x - shift, 1.44269504f, 64.0f));
    const A difference = x - shift;
    const A result = exp_of(difference);
    const A part = difference - x;
    const A error = (x - (difference - part)) - (shift + part);
    return result > 0 ? fma_of(result, error, result) : result;  // error is NaN for x = -inf
  }
  CARICA_BOTH A operator()(A x) const { return near(x); }
};

/// 2^x in float, for x up to 2: of a whole number and the rest.
struct SplitPower {
  static constexpr float kLog2e = 1.44269502f, kLog2eRest = 1.92596303e-8f;
  float sum;  // of the whole number and kRound

  /// Of x log2(e) - high, about.
  CARICA_BOTH SplitPower(float x, float high) {
    // Between 0 and 1 for exponents from -126 to 2, beyond which none has a number.
    const float place = saturate(fma_of(x, kLog2e / 128, (126 - high) / 128));
    sum = fma_of(place, 128, kRound - 126);
  }
  CARICA_BOTH float whole() const { return sum - kRound; }
  CARICA_BOTH float times_power_of(float rest) const {
    std::uint32_t bits;
    memcpy(&bits, &sum, sizeof(bits));
    bits = (bits << 23) + 0x3f800000u;
    float power;
    memcpy(&power, &bits, sizeof(bits));
    return exp2_of(rest) * power;
  }

 private:
  static constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: sums with it are whole numbers
};

template <>
struct Exponential<Power::kSimple, float> {
  static constexpr float base = 0;
  float shift;

  Exponential() = default;
  CARICA_BOTH explicit Exponential(float of) : shift(of) {}
  CARICA_BOTH float near(float x) const {
    const float difference = x - shift;
    const SplitPower power(difference, 0);
    return power.times_power_of(fma_of(difference, SplitPower::kLog2e, -power.whole()));
  }
  CARICA_BOTH float operator()(float x) const { return near(x); }
};

/// The exponent, (x - shift) log2(e), is rounded only once its whole part has been taken away:
/// x log2(e) is exact in fma, and shift log2(e) is split so that its first part plus a whole number
/// is exact, too. `base` is 0 unless shift is large: then x - base is exact for all x whose power
/// is not 0.
template <>
struct Exponential<Power::kExact, float> {
  float base, high, low;  // shift - base is high + low over log2(e)

  Exponential() = default;
  CARICA_BOTH explicit Exponential(float shift) : base(fabs_of(shift) < 256 ? 0.0f : shift) {
    const float small = fabs_of(shift) < 256 ? shift : 0.0f;
    constexpr float kSplit = 6144.0f;  // 1.5 * 2^12: sums with it are multiples of 2^-11
    high = fma_of(small, SplitPower::kLog2e, kSplit) - kSplit;
    low = fma_of(small, SplitPower::kLog2e, -high) + small * SplitPower::kLog2eRest;
  }
  CARICA_BOTH float near(float x) const {
    const SplitPower power(x, high);
    const float rest = fma_of(x, SplitPower::kLog2e, -(power.whole() + high));
    return power.times_power_of(rest + fma_of(x, SplitPower::kLog2eRest, -low));
  }
  CARICA_BOTH float operator()(float x) const { return near(x - base); }
};

/// What to subtract from values of this maximum: with all of them -inf, exponentials are then 0.
template <typename A>
CARICA_BOTH A shift_for(A max) {
  return max == -kInfinity<A> ? A(0) : max;
}

/// The logarithm of a sum, high + low, of 1 or more, in few instructions, the same ones for all:
/// the power of 2 next to the sum is taken out of both parts, so that what is left of 1 is exact,
/// and the rest is a polynomial. `sum` is high + low, rounded. Source: the polynomial of the least
/// relative error of log(1 + x) for x from 1/sqrt(2) - 1 to sqrt(2) - 1, by Remez's algorithm,
/// 5e-9.
CARICA_BOTH float log_of_pair(float high, float low, float sum) {
  std::uint32_t bits;
  memcpy(&bits, &sum, sizeof(bits));
  const std::int32_t exponent = static_cast<std::int32_t>(bits - 0x3f3504f3u) >> 23;
  bits = 0x3f800000u - (static_cast<std::uint32_t>(exponent) << 23);
  float scale;
  memcpy(&scale, &bits, sizeof(scale));
  const float x = fma_of(low, scale, fma_of(high, scale, -1.0f));
  float q = -0.0761975870f;
  q = fma_of(q, x, 0.129036367f);
  q = fma_of(q, x, -0.132433534f);
  q = fma_of(q, x, 0.141819656f);
  q = fma_of(q, x, -0.166090623f);
  q = fma_of(q, x, 0.200019673f);
  q = fma_of(q, x, -0.250015825f);
  q = fma_of(q, x, 0.333333254f);
  q = fma_of(q, x, -0.499999881f);
  return fma_of(static_cast<float>(exponent), 0.693147181f, fma_of(q * x, x, x));
}
CARICA_BOTH double log_of_pair(double high, double low, double sum) {
  // Near 1 the logarithm is all in what lies above it. Elsewhere `low` may be a part of the sum
  // that counts, all of the small powers: only what a rounded sum leaves of it is small enough for
  // the slope at one place.
  return high < 2 ? ::log1p((high - 1) + low) : ::log(sum) + ((high - sum) + low) / sum;
}

/// What remains to be known of a row, from the sum of its powers: softmax is power / sum.
template <typename A>
struct Normalizer {
  A shift;
  PairSum<A> sum;  // at least 1, or 0 for a row of all -inf, or NaN
  A inverse, inverse_low;

  CARICA_BOTH Normalizer(A of_shift, const PairSum<A>& of_sum) : shift(of_shift), sum(of_sum) {
    inverse = sum.high == 0 ? A(0) : reciprocal_of(sum.value());
    const A missing = fma_of(-inverse, sum.high, A(1)) - inverse * sum.low;
    inverse_low = missing * inverse;
  }

  /// power / sum, rounded once.
  CARICA_BOTH A quotient(A power) const { return fma_of(power, inverse, power * inverse_low); }
  CARICA_BOTH A log_sum() const {
    return sum.high == 0 ? A(0) : log_of_pair(sum.high, sum.low, sum.value());
  }
};

/// What remains to be known for the logarithm of softmax: shift + log(sum), and what its rounding
/// lost, to be taken from each value. Where a result is near 0, the first difference is exact.
template <typename A>
struct LogNormalizer {
  A log_sum, high, low;

  CARICA_BOTH explicit LogNormalizer(const Normalizer<A>& of) : log_sum(of.log_sum()) {
    high = of.shift + log_sum;
    const A part = high - of.shift;
    low = (of.shift - (high - part)) + (log_sum - part);
  }

  CARICA_BOTH A log_softmax(A x) const { return (x - high) - low; }
};

/// A part of a row, seen once: its maximum, and the sum of powers relative to that.
template <typename A>
struct MaxSum {
  static constexpr bool kHasMax = true;
  A max;
  PairSum<A> sum;

  CARICA_BOTH static MaxSum none() { return {-kInfinity<A>, {A(0), A(0)}}; }

  CARICA_BOTH A& maximum() { return max; }

  CARICA_BOTH void raise(A new_max) {
    if (!(new_max > max)) return;
    const A factor = Exponential<Power::kExact, A>(new_max)(max), high = sum.high * factor;
    sum.low = fma_of(sum.low, factor, fma_of(sum.high, factor, -high));
    sum.high = high;
    max = new_max;
  }

  CARICA_BOTH void merge(MaxSum other) {
    const A larger = max_of(max, other.max);
    raise(larger);
    other.raise(larger);
    sum.add(other.sum);
  }
};

}  // namespace carica::ops::cuda
