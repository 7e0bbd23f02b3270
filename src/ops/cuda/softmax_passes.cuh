// Softmax and its gradient, for strips held in registers (strips.cuh: ...Op) and for those read
// twice (long_strips.cuh: ...Pass).
#pragma once

#include "ops/cuda/long_strips.cuh"
#include "ops/cuda/normalizer.cuh"
#include "ops/cuda/strips.cuh"

namespace carica::ops::cuda {

/// Whether x - max needs its rounding error: in 16 bits that is far below the result's.
template <typename T>
constexpr bool kExactDifference = sizeof(T) > 2;

template <typename T>
struct SoftmaxOp {
  using A = Compute<T>;
  static constexpr int kArrays = 1;
  const T* x;
  T* y;
  bool log;

  template <typename Strip>
  __device__ void operator()(const Strip& strip) const {
    A values[Strip::kCount];
    strip.load(x, values);
    A max = -kInfinity<A>;
#pragma unroll
    for (int k = 0; k < Strip::kCount; ++k) {
      if (strip.holds(k)) max = max_of(max, values[k]);
    }
    const A shift = shift_for(strip.max(max));
    PairSum<A> sum{};
#pragma unroll
    for (int k = 0; k < Strip::kCount; ++k) {
      if (!strip.holds(k)) continue;
      const A power = exp_difference<kExactDifference<T>>(values[k], shift);
      sum.add(power);
      values[k] = log ? values[k] : power;
    }
    const Normalizer<A> normalizer(shift, strip.sum(sum));
#pragma unroll
    for (int k = 0; k < Strip::kCount; ++k) {
      if (!strip.holds(k)) continue;
      values[k] = log ? normalizer.log_softmax(values[k]) : values[k] * normalizer.inverse;
    }
    strip.store(y, values);
  }
  __device__ void finish() const {}
};

template <typename T>
struct SoftmaxPass {
  using Type = T;
  using A = Compute<T>;
  using Partial = MaxSum<A>;
  static constexpr int kInputs = 1;
  const T* inputs[kInputs];
  T* output;
  bool log;

  __device__ A fill(int) const { return -kInfinity<A>; }

  template <int kCount, typename Batch>
  __device__ void take(Partial& partial, const A (&values)[1][kCount], const Batch&) const {
    take_row(partial, values);
  }
  template <int kCount>
  __device__ static void take_row(Partial& partial, const A (&values)[1][kCount]) {
    A max = partial.max;
#pragma unroll
    for (int k = 0; k < kCount; ++k) max = max_of(max, values[0][k]);
    partial.raise(max);
    const A shift = shift_for(max);
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      partial.sum.add(exp_difference<kExactDifference<T>>(values[0][k], shift));
    }
  }

  __device__ Normalizer<A> finish(const Partial& merged, const StripPlace&) const {
    return {shift_for(merged.max), merged.sum};
  }
  template <int kCount>
  __device__ A value(const Normalizer<A>& normalizer, const A (&values)[1][kCount], int k,
                     std::int64_t) const {
    const A x = values[0][k];
    if (log) return normalizer.log_softmax(x);
    return exp_difference<kExactDifference<T>>(x, normalizer.shift) * normalizer.inverse;
  }
  __device__ void end() const {}
};

/// dx of dy and y: for softmax y (dy - sum(dy y)), for its logarithm dy - exp(y) sum(dy), and 0 for
/// a row of all -inf, whose softmax is 0.
template <typename A>
struct SoftmaxGradient {
  PairSum<A> sum;
  bool dead;

  __device__ static void add(PairSum<A>& sum, A dy, A y, bool log) {
    sum.add_product(dy, log ? A(1) : y);
  }
  __device__ A operator()(A dy, A y, bool log) const {
    if (!log) return y * sum.subtract_from(dy);
    return dead ? A(0) : dy - exp_of(y) * sum.value();
  }
};

template <typename T>
struct SoftmaxBackwardOp {
  using A = Compute<T>;
  static constexpr int kArrays = 2;
  const T* dy;
  const T* y;
  T* dx;
  bool log;

  template <typename Strip>
  __device__ void operator()(const Strip& strip) const {
    A gradients[Strip::kCount], results[Strip::kCount];
    strip.load(dy, gradients);
    strip.load(y, results);
    PairSum<A> sum{};
    A alive = 0;  // 1 with a result above -inf, or NaN
#pragma unroll
    for (int k = 0; k < Strip::kCount; ++k) {
      if (!strip.holds(k)) continue;
      SoftmaxGradient<A>::add(sum, gradients[k], results[k], log);
      alive = results[k] == -kInfinity<A> ? alive : A(1);
    }
    sum = strip.sum(sum);
    if (log) alive = strip.max(alive);
    const SoftmaxGradient<A> gradient{sum, alive == 0};
#pragma unroll
    for (int k = 0; k < Strip::kCount; ++k) {
      if (strip.holds(k)) gradients[k] = gradient(gradients[k], results[k], log);
    }
    strip.store(dx, gradients);
  }
  __device__ void finish() const {}
};

template <typename A>
struct GradientPartial {
  static constexpr bool kHasMax = false;
  PairSum<A> sum;
  bool alive;  // a result above -inf, or NaN, was seen

  __device__ static GradientPartial none() { return {{A(0), A(0)}, false}; }
  __device__ void merge(const GradientPartial& other) {
    sum.add(other.sum);
    alive = alive || other.alive;
  }
};

template <typename T>
struct SoftmaxBackwardPass {
  using Type = T;
  using A = Compute<T>;
  using Partial = GradientPartial<A>;
  static constexpr int kInputs = 2;  // dy, y
  const T* inputs[kInputs];
  T* output;
  bool log;

  __device__ A fill(int i) const { return i == 1 && log ? -kInfinity<A> : A(0); }

  template <int kCount, typename Batch>
  __device__ void take(Partial& partial, const A (&values)[2][kCount], const Batch&) const {
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      SoftmaxGradient<A>::add(partial.sum, values[0][k], values[1][k], log);
      partial.alive = partial.alive || values[1][k] != -kInfinity<A>;
    }
  }

  __device__ SoftmaxGradient<A> finish(const Partial& merged, const StripPlace&) const {
    return {merged.sum, !merged.alive};
  }
  template <int kCount>
  __device__ A value(const SoftmaxGradient<A>& gradient, const A (&values)[2][kCount], int k,
                     std::int64_t) const {
    return gradient(values[0][k], values[1][k], log);
  }
  __device__ void end() const {}
};

}  // namespace carica::ops::cuda
