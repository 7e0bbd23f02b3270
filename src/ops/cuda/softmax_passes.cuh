// Softmax and its gradient, for strips held in registers (strips.cuh: ...Op) and for those read
// twice (long_strips.cuh: ...Pass). Results are of another type than the inputs under autocast:
// float for logits of 16 bits, and gradients of 16 bits for those of float.
#pragma once

#include <cuda_pipeline_primitives.h>

#include <type_traits>

#include "ops/cuda/long_strips.cuh"
#include "ops/cuda/normalizer.cuh"
#include "ops/cuda/strips.cuh"

namespace carica::ops::cuda {

/// Results of 16 bits are rounded so much that sums need no care, nor do exponentials.
template <typename T>
constexpr bool kNarrow = sizeof(T) == 2;
template <typename T>
constexpr Power kSoftmaxPower = kNarrow<T> ? Power::kFast : Power::kExact;
/// Of losses, which have 32 bits for logits of 16: powers that are no normal numbers count, where
/// the result is near 0.
template <typename T>
constexpr Power kLossPower = kNarrow<T> ? Power::kSimple : Power::kExact;
/// The sum of a softmax. Of its logarithm, which may be all in what the others add to the largest,
/// powers are added one by one.
template <typename T>
using SoftmaxSum = std::conditional_t<kNarrow<T>, PlainSum<float>, GroupedSum<Compute<T>>>;
template <typename T>
constexpr Power kLogPower = kNarrow<T> ? Power::kLifted : Power::kExact;
template <typename T>
using LogSum = std::conditional_t<kNarrow<T>, LiftedSum, PowerSum<Compute<T>>>;

/// Makes values those that exponential.near() takes.
template <typename Strip, typename Exponential, typename A, int kCount>
__device__ __forceinline__ void rebase(const Strip& strip, const Exponential& exponential,
                                       A (&values)[kCount]) {
  if (exponential.base == 0) return;
  for_values(strip, [&](int k) { values[k] -= exponential.base; });
}

/// Values become their powers, which are added to `sum`.
template <typename Strip, typename Exponential, typename A, int kCount, typename Sum>
__device__ __forceinline__ void replace_by_powers(const Strip& strip,
                                                  const Exponential& exponential,
                                                  A (&values)[kCount], Sum& sum) {
  rebase(strip, exponential, values);
  for_groups(strip, [&](int k) {
#pragma unroll
    for (int i = k; i < k + Strip::kGroup; ++i) values[i] = exponential.near(values[i]);
    add_all<Strip::kGroup>(sum, values + k);
  });
}

template <typename T, typename Out>
struct SoftmaxOp {
  using A = Compute<T>;
  static constexpr int kArrays = 1;
  static constexpr bool kShortVectors = true, kWideColumns = true, kFetches = true;
  const T* x;
  Out* y;
  bool log;

  template <typename Strip>
  __device__ void operator()(const Strip& strip) const {
    constexpr int kStrips = Strip::kStrips;
    A values[kStrips][Strip::kCount], shifts[kStrips];
    load_array<0>(strip, x, values, -kInfinity<A>);
#pragma unroll
    for (int w = 0; w < kStrips; ++w) {
      shifts[w] = -kInfinity<A>;
      for_values(strip, [&](int k) { shifts[w] = max_of(shifts[w], values[w][k]); });
    }
    strip.max(shifts);
    fetch_next(*this, strip);
#pragma unroll
    for (int w = 0; w < kStrips; ++w) shifts[w] = shift_for(shifts[w]);
    if (log) {
      apply<true>(strip, shifts, values);
    } else {
      apply<false>(strip, shifts, values);
    }
    strip.store(y, values);
  }
  template <typename Strip>
  __device__ void fetch(const Strip& strip) const {
    strip.template fetch<0>(x);
    __pipeline_commit();
  }
  __device__ void finish() const {}

 private:
  template <bool kLog, typename Strip, int kStrips, int kCount>
  __device__ __forceinline__ static void apply(const Strip& strip, A (&shifts)[kStrips],
                                               A (&values)[kStrips][kCount]) {
    using Sum = std::conditional_t<kLog, LogSum<Out>, SoftmaxSum<Out>>;
    decltype(Sum().partial()) sums[kStrips];
#pragma unroll
    for (int w = 0; w < kStrips; ++w) {
      Sum sum{};
      const Exponential<kLog ? kLogPower<Out> : kSoftmaxPower<Out>, A> exponential(shifts[w]);
      if constexpr (kLog) {
        rebase(strip, exponential, values[w]);
        shifts[w] -= exponential.base;
        for_groups(strip, [&](int k) {
          A powers[Strip::kGroup];
#pragma unroll
          for (int i = 0; i < Strip::kGroup; ++i) powers[i] = exponential.near(values[w][k + i]);
          add_all<Strip::kGroup>(sum, powers);
        });
      } else {
        replace_by_powers(strip, exponential, values[w], sum);
      }
      sums[w] = sum.partial();
    }
    strip.sum(sums);
#pragma unroll
    for (int w = 0; w < kStrips; ++w) {
      const Normalizer<A> normalizer(shifts[w], sums[w].pair());
      if constexpr (kLog) {
        const LogNormalizer<A> log_normalizer(normalizer);
        for_values(strip, [&](int k) { values[w][k] = log_normalizer.log_softmax(values[w][k]); });
      } else {
        for_values(strip, [&](int k) {
          values[w][k] =
              kNarrow<Out> ? values[w][k] * normalizer.inverse : normalizer.quotient(values[w][k]);
        });
      }
    }
  }
};

template <typename T, typename Out>
struct SoftmaxPass {
  using Type = T;
  using A = Compute<T>;
  using Partial = MaxSum<A>;
  static constexpr int kInputs = 1;
  const T* inputs[kInputs];
  Out* output;
  bool log;

  __device__ A fill(int) const { return -kInfinity<A>; }

  template <int kCount, typename Batch>
  __device__ void take(Partial& partial, const A (&values)[1][kCount], const Batch&) const {
    if (log) {
      take_row<kLogPower<Out>, LogSum<Out>>(partial, values);
    } else {
      take_row<kSoftmaxPower<Out>, SoftmaxSum<Out>>(partial, values);
    }
  }
  template <Power kPower, typename Sum, int kCount>
  __device__ static void take_row(Partial& partial, const A (&values)[1][kCount]) {
    A max = partial.max;
#pragma unroll
    for (int k = 0; k < kCount; ++k) max = max_of(max, values[0][k]);
    partial.raise(max);
    const A shift = shift_for(max);
    Sum sum{};
    const Exponential<kPower, A> exponential(shift);
#pragma unroll
    for (int k = 0; k < kCount; ++k) sum.add(exponential(values[0][k]));
    partial.sum.add(sum.partial().pair());
  }

  struct Result {
    Exponential<kSoftmaxPower<Out>, A> exponential;
    Normalizer<A> normalizer;
    LogNormalizer<A> log_normalizer;
  };
  __device__ Result finish(const Partial& merged, const StripPlace&) const {
    const Normalizer<A> normalizer(shift_for(merged.max), merged.sum);
    return {Exponential<kSoftmaxPower<Out>, A>(normalizer.shift), normalizer,
            LogNormalizer<A>(normalizer)};
  }
  template <int kCount>
  __device__ A value(const Result& result, const A (&values)[1][kCount], int k,
                     std::int64_t) const {
    const A x = values[0][k];
    if (log) return result.log_normalizer.log_softmax(x);
    return kNarrow<Out> ? result.exponential(x) * result.normalizer.inverse
                        : result.normalizer.quotient(result.exponential(x));
  }
  __device__ void end() const {}
};

/// dx of dy and y: for softmax y (dy - sum(dy y)), for its logarithm dy - exp(y) sum(dy), and 0 for
/// a row of all -inf, whose softmax is 0.
template <typename A>
struct SoftmaxGradient {
  PairSum<A> sum;  // settled
  bool dead;

  template <typename S>
  __device__ static void add(S& sum, A dy, A y, bool log) {
    sum.add_product(dy, log ? A(1) : y);
  }
  __device__ A operator()(A dy, A y, bool log) const {
    if (!log) return y * ((dy - sum.high) - sum.low);
    return dead ? A(0) : dy - exp_of(y) * (sum.high + sum.low);
  }
};

template <typename T>
using ProductSum = std::conditional_t<kNarrow<T>, PlainSum<float>, PairSum<Compute<T>>>;

template <typename T, typename Out>
struct SoftmaxBackwardOp {
  using A = Compute<T>;
  static constexpr int kArrays = 2;
  static constexpr bool kShortVectors = true, kWideColumns = false, kFetches = true;
  const T* dy;
  const T* y;
  Out* dx;
  bool log;

  template <typename Strip>
  __device__ void operator()(const Strip& strip) const {
    constexpr int kStrips = Strip::kStrips;
    A gradients[kStrips][Strip::kCount], results[kStrips][Strip::kCount];
    load_array<0>(strip, dy, gradients, A(0));
    load_array<1>(strip, y, results, log ? -kInfinity<A> : A(0));
    if (log) {
      apply<true>(strip, gradients, results);
    } else {
      apply<false>(strip, gradients, results);
    }
    strip.store(dx, gradients);
  }
  template <typename Strip>
  __device__ void fetch(const Strip& strip) const {
    strip.template fetch<0>(dy);
    strip.template fetch<1>(y);
    __pipeline_commit();
  }
  __device__ void finish() const {}

 private:
  template <bool kLog, typename Strip, int kStrips, int kCount>
  __device__ __forceinline__ void apply(const Strip& strip, A (&gradients)[kStrips][kCount],
                                        const A (&results)[kStrips][kCount]) const {
    A alive[kStrips];  // 1 with a result above -inf, or NaN
    ProductSum<Out> sums[kStrips];
#pragma unroll
    for (int w = 0; w < kStrips; ++w) {
      ProductSum<Out> sum{};
      alive[w] = 0;
      for_values(strip, [&](int k) {
        SoftmaxGradient<A>::add(sum, gradients[w][k], results[w][k], kLog);
        if (kLog) alive[w] = results[w][k] == -kInfinity<A> ? alive[w] : A(1);
      });
      sums[w] = sum;
    }
    strip.sum(sums);
    if (kLog) strip.max(alive);
    fetch_next(*this, strip);
#pragma unroll
    for (int w = 0; w < kStrips; ++w) {
      const SoftmaxGradient<A> gradient{sums[w].pair().settled(), alive[w] == 0};
      for_values(strip,
                 [&](int k) { gradients[w][k] = gradient(gradients[w][k], results[w][k], kLog); });
    }
  }
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

template <typename T, typename Out>
struct SoftmaxBackwardPass {
  using Type = T;
  using A = Compute<T>;
  using Partial = GradientPartial<A>;
  static constexpr int kInputs = 2;  // dy, y
  const T* inputs[kInputs];
  Out* output;
  bool log;

  __device__ A fill(int i) const { return i == 1 && log ? -kInfinity<A> : A(0); }

  template <int kCount, typename Batch>
  __device__ void take(Partial& partial, const A (&values)[2][kCount], const Batch&) const {
    ProductSum<Out> sum{};
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      SoftmaxGradient<A>::add(sum, values[0][k], values[1][k], log);
      partial.alive = partial.alive || values[1][k] != -kInfinity<A>;
    }
    partial.sum.add(sum.partial().pair());
  }

  __device__ SoftmaxGradient<A> finish(const Partial& merged, const StripPlace&) const {
    return {merged.sum.settled(), !merged.alive};
  }
  template <int kCount>
  __device__ A value(const SoftmaxGradient<A>& gradient, const A (&values)[2][kCount], int k,
                     std::int64_t) const {
    return gradient(values[0][k], values[1][k], log);
  }
  __device__ void end() const {}
};

}  // namespace carica::ops::cuda
