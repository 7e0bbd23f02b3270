// The arithmetic of softmax: sums of exponentials that lose nothing to rounding, and their merge.
// Compiles for the host too. Must not be built with fast-math: the rounding errors are the point.
// Sources: Knuth, TAOCP 2, 4.2.2 (the error of a sum); Milakov & Gimelshein 2018 (the merge).
#pragma once

#include <cmath>
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
  /// `low` is NaN beside an infinite sum.
  CARICA_BOTH A value() const { return low == low ? high + low : high; }
  CARICA_BOTH A subtract_from(A value) const {
    return low == low ? (value - high) - low : value - high;
  }

 private:
  CARICA_BOTH A plus(A value, A& lost) const {
    const A sum = high + value;
    const A part = sum - high;
    lost += (high - (sum - part)) + (value - part);
    return sum;
  }
};

/// exp(x - shift) for x <= shift; kExact makes good the rounding error of the difference.
template <bool kExact, typename A>
CARICA_BOTH A exp_difference(A x, A shift) {
  const A difference = x - shift;
  const A result = exp_of(difference);
  if (!kExact) return result;
  const A part = difference - x;
  const A error = (x - (difference - part)) - (shift + part);
  return result > 0 ? fma_of(result, error, result) : result;  // error is NaN for x = -inf
}

/// What to subtract from values of this maximum: with all of them -inf, exponentials are then 0.
template <typename A>
CARICA_BOTH A shift_for(A max) {
  return max == -kInfinity<A> ? A(0) : max;
}

/// What remains to be known of a row: softmax is exp(x - shift) * inverse.
template <typename A>
struct Normalizer {
  A shift, inverse, log_sum;

  /// sum: of exp(x - shift) over the row, at least 1, or 0 for a row of all -inf, or NaN.
  CARICA_BOTH Normalizer(A shift, const PairSum<A>& sum) : shift(shift) {
    inverse = sum.high == 0 ? A(0) : A(1) / sum.value();
    // Near 1 the logarithm is all in what lies above it.
    log_sum = sum.high == 0  ? A(0)
              : sum.high < 2 ? log1p_of((sum.high - 1) + sum.low)
                             : log_of(sum.high) + sum.low * inverse;
  }

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
    const A factor = exp_difference<true>(max, new_max), high = sum.high * factor;
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
