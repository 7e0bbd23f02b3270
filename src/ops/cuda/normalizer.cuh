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
#else
#define CARICA_BOTH inline
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
CARICA_BOTH float log_of(float x) { return ::logf(x); }
CARICA_BOTH double log_of(double x) { return ::log(x); }
CARICA_BOTH float log1p_of(float x) { return ::log1pf(x); }
CARICA_BOTH double log1p_of(double x) { return ::log1p(x); }
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

/// A sum of few powers exp(x - max), of which those that are 1 are counted: where they outweigh
/// all others, the logarithm of the sum is all in the others.
template <typename A>
struct PowerSum {
  A ones, rest;

  CARICA_BOTH void add(A power) {
    const bool one = power == A(1);
    ones += one ? A(1) : A(0);
    rest += one ? A(0) : power;  // NaN too
  }
  CARICA_BOTH void add(const PowerSum& other) {
    ones += other.ones;
    rest += other.rest;
  }
  CARICA_BOTH PowerSum partial() const { return *this; }
  CARICA_BOTH PairSum<A> pair() const {
    PairSum<A> sum{ones, A(0)};
    sum.add(rest);
    return sum;
  }
};

/// A sum whose values are first added up by twos: that rounding is small beside the sum's last
/// place, and only sums of two are made exact.
template <typename A>
struct GroupedSum {
  PairSum<A> sum;
  A first;
  bool odd;  // known when the loop is unrolled

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
    return sum;
  }
};

/// How exactly exp(x - shift) is wanted.
enum class Power {
  kExact,   // the rounding error of the difference is made good
  kSimple,  // it is not: of values of 16 bits the difference has few digits
  kFast,    // and the exponential is the fast one: for results of 16 bits
};

/// exp(x - shift) for x <= shift.
template <Power kPower, typename A>
struct Exponential {
  A shift;
  CARICA_BOTH explicit Exponential(A of) : shift(of) {}
  CARICA_BOTH A operator()(A x) const {
    const A difference = x - shift;
    const A result = exp_of(difference);
    if constexpr (kPower == Power::kSimple) return result;
    const A part = difference - x;
    const A error = (x - (difference - part)) - (shift + part);
    return result > 0 ? fma_of(result, error, result) : result;  // error is NaN for x = -inf
  }
};

template <>
struct Exponential<Power::kFast, float> {
  float shift;
  CARICA_BOTH explicit Exponential(float of) : shift(of) {}
  CARICA_BOTH float operator()(float x) const { return fast_exp_of(x - shift); }
};

/// In float as a power of 2 whose exponent, (x - shift) log2(e), is rounded only once its whole
/// part has been taken away: x log2(e) is exact in fma, and shift log2(e) is split so that its
/// first part plus a whole number is exact, too. Where shift is large, x - shift is exact, for all
/// x whose result is not 0. A quarter fewer instructions than the way above.
template <>
struct Exponential<Power::kExact, float> {
  float base, high, low;  // shift - base is high + low over log2(e)

  CARICA_BOTH explicit Exponential(float shift) {
    const bool large = !(fabs_of(shift) < 256);
    base = large ? shift : 0.0f;
    const float small = large ? 0.0f : shift;
    constexpr float kRound = 6144.0f;  // 1.5 * 2^12: sums with it are multiples of 2^-11
    high = (small * kLog2e + kRound) - kRound;
    low = fma_of(small, kLog2e, -high) + small * kLog2eRest;
  }
  CARICA_BOTH float operator()(float x) const {
    x -= base;
    constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: sums with it are whole numbers
    const float whole = max_of(fma_of(x, kLog2e, -high), -126.0f) + kRound;
    const float rest = fma_of(x, kLog2e, -((whole - kRound) + high)) + fma_of(x, kLog2eRest, -low);
    return exp2_of(rest) * power_of_2(whole);
  }

 private:
  static constexpr float kLog2e = 1.44269502f, kLog2eRest = 1.92596303e-8f;

  /// 2^n of n + kRound, n from -126 to 0.
  CARICA_BOTH static float power_of_2(float whole) {
    std::uint32_t bits;
    memcpy(&bits, &whole, sizeof(bits));
    bits = (bits << 23) + 0x3f800000u;
    memcpy(&whole, &bits, sizeof(bits));
    return whole;
  }
};

template <Power kPower, typename A>
CARICA_BOTH A exp_difference(A x, A shift) {
  return Exponential<kPower, A>(shift)(x);
}

/// What to subtract from values of this maximum: with all of them -inf, exponentials are then 0.
template <typename A>
CARICA_BOTH A shift_for(A max) {
  return max == -kInfinity<A> ? A(0) : max;
}

/// What remains to be known of a row: softmax is exp(x - shift) * inverse.
template <typename A>
struct Normalizer {
  A shift;
  PairSum<A> sum;  // of exp(x - shift) over the row: at least 1, or 0 for a row of all -inf, or NaN
  A total, inverse;

  CARICA_BOTH Normalizer(A of_shift, const PairSum<A>& of_sum)
      : shift(of_shift),
        sum(of_sum),
        total(of_sum.value()),
        inverse(of_sum.high == 0 ? A(0) : A(1) / total) {}

  /// power * inverse, rounded once: the error of the inverse is made good.
  CARICA_BOTH A quotient(A power) const {
    const A result = power * inverse;
    return fma_of(fma_of(-result, total, power), inverse, result);
  }
  CARICA_BOTH A log_sum() const {
    // Near 1 the logarithm is all in what lies above it.
    return sum.high == 0  ? A(0)
           : sum.high < 2 ? log1p_of((sum.high - 1) + sum.low)
                          : log_of(sum.high) + sum.low * inverse;
  }
};

/// What remains to be known for the logarithm of softmax.
template <typename A>
struct LogNormalizer {
  A shift, log_sum;

  CARICA_BOTH explicit LogNormalizer(const Normalizer<A>& of)
      : shift(of.shift), log_sum(of.log_sum()) {}

  CARICA_BOTH A log_softmax(A x) const {
    const A difference = x - shift;
    const A part = difference - x;
    const A error = (x - (difference - part)) - (shift + part);
    return difference - (difference > -kInfinity<A> ? log_sum - error : log_sum);
  }
};

/// A part of a row, seen once: its maximum, and the sum of exponentials relative to that.
template <typename A>
struct MaxSum {
  static constexpr bool kHasMax = true;
  A max;
  PairSum<A> sum;

  CARICA_BOTH static MaxSum none() { return {-kInfinity<A>, {A(0), A(0)}}; }

  CARICA_BOTH A& maximum() { return max; }

  CARICA_BOTH void raise(A new_max) {
    if (!(new_max > max)) return;
    const A factor = exp_difference<Power::kExact>(max, new_max), high = sum.high * factor;
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
