// Cross-entropy and its gradient, for strips held in registers (strips.cuh) and for those read
// twice (long_strips.cuh).
#pragma once

#include "ops/cuda/block_sums.cuh"
#include "ops/cuda/long_strips.cuh"
#include "ops/cuda/softmax_passes.cuh"
#include "ops/cuda/strips.cuh"
#include "ops/cuda/targets.cuh"

namespace carica::ops::cuda {

/// Where results go; nullptr: not wanted.
template <typename A>
struct LossOutputs {
  A* losses;
  TotalsView totals;
};

/// kPlain: never with label smoothing, which leaves registers for more values.
template <typename T, bool kPlain = false>
struct CrossEntropyOp {
  using A = Compute<T>;
  static constexpr int kArrays = 1;
  static constexpr bool kShortVectors = false, kWideColumns = false, kFetches = false;
  const T* logits;
  T* gradient;
  TargetView<A> targets;
  LossOutputs<A> outputs;
  Total total = {};  // of this thread

  template <typename Strip>
  __device__ void operator()(const Strip& strip) {
    constexpr int kStrips = Strip::kStrips;
    if (kPlain) targets.share = 0;
    A values[kStrips][Strip::kCount], shifts[kStrips], own[kStrips];
    TargetCost<A> costs[kStrips];
    std::int64_t given[kStrips];
#pragma unroll
    for (int w = 0; w < kStrips; ++w) {
      given[w] = strip.active(w) ? targets.given(strip.id(w)) : kIgnoredTarget;
    }
    strip.load(logits, values, -kInfinity<A>);
#pragma unroll
    for (int w = 0; w < kStrips; ++w) {
      shifts[w] = -kInfinity<A>;
      for_values(strip, [&](int k) { shifts[w] = max_of(shifts[w], values[w][k]); });
      find_cost(strip, w, given[w], costs[w], own[w]);
    }
    strip.max(shifts);
#pragma unroll
    for (int w = 0; w < kStrips; ++w) shifts[w] = shift_for(shifts[w]);
    PairSum<A> weights[kStrips] = {}, below[kStrips] = {};
    // A loss may be all in what a power lacks of 1. Losses of 16 bits' logits have 32.
    PairSum<A> sums[kStrips];
    if (targets.share > 0) weigh(strip, values, shifts, weights, below);
#pragma unroll
    for (int w = 0; w < kStrips; ++w) {
      PowerSum<A> sum;
      const Exponential<kLossPower<T>, A> exponential(shifts[w]);
      costs[w].power = exponential(own[w]);
      replace_by_powers(strip, exponential, values[w], sum);
      sums[w] = sum.partial();
    }
    strip.sum(sums);
    RowGradient<A> rows[kStrips];
    if (gradient != nullptr) {
#pragma unroll
      for (int w = 0; w < kStrips; ++w) {
        costs[w].smooth(targets, weights[w].value());
        rows[w] = RowGradient<A>(targets, costs[w], Normalizer<A>(shifts[w], sums[w]));
      }
    }
#pragma unroll
    for (int w = 0; w < kStrips; ++w) {
      if (!strip.leads(w)) continue;
      const Normalizer<A> normalizer(shifts[w], sums[w]);
      const A loss =
          costs[w].loss(targets, normalizer, own[w], weights[w].value(), below[w].value());
      if (outputs.losses != nullptr) outputs.losses[strip.id(w)] = loss;
      costs[w].count(targets, loss, outputs.totals.weighs, total);
    }
    if (gradient != nullptr) write_gradient(strip, values, rows);
  }

  __device__ void finish() const { outputs.totals.write(total); }

 private:
  /// Of strip w and the target given; own: its logit.
  template <typename Strip>
  __device__ __forceinline__ void find_cost(const Strip& strip, int w, std::int64_t given,
                                            TargetCost<A>& cost, A& own) const {
    cost = TargetCost<A>(targets, given, strip.id(w), strip.active(w));
    own = -kInfinity<A>;
    if (cost.target >= 0) own = static_cast<A>(logits[strip.offset(w, cost.target)]);
  }

  template <typename Strip, int kStrips, int kCount>
  __device__ __forceinline__ void write_gradient(const Strip& strip, A (&values)[kStrips][kCount],
                                                 const RowGradient<A> (&rows)[kStrips]) const {
    const bool smooths = targets.share > 0;
#pragma unroll
    for (int w = 0; w < kStrips; ++w) {
      const auto& row = rows[w];
      if (smooths) {
        for_values(strip, [&](int k) {
          if (strip.holds(w, k)) values[w][k] = row.smooth(targets, values[w][k], strip.index(k));
        });
      } else if constexpr (Strip::kPuts) {
        for_values(strip, [&](int k) { values[w][k] *= row.gain; });
      } else {
        for_values(strip, [&](int k) { values[w][k] = row.plain(values[w][k], strip.index(k)); });
      }
    }
    strip.store(gradient, values);
    if constexpr (Strip::kPuts) {
#pragma unroll
      for (int w = 0; w < kStrips; ++w) {
        if (!smooths) strip.put(gradient, w, rows[w].target, rows[w].own);
      }
    }
  }

  /// With label smoothing: the sums of w[c] and of w[c] (shift - x[c]).
  template <typename Strip, int kStrips, int kCount>
  __device__ __forceinline__ void weigh(const Strip& strip, const A (&values)[kStrips][kCount],
                                        const A (&shifts)[kStrips], PairSum<A> (&weights)[kStrips],
                                        PairSum<A> (&below)[kStrips]) const {
#pragma unroll
    for (int w = 0; w < kStrips; ++w) {
      for_values(strip, [&](int k) {
        if (!strip.holds(w, k)) return;
        const A weight = targets.weight_of(strip.index(k));
        weights[w].add(weight);
        below[w].add(weight * (shifts[w] - values[w][k]));
      });
    }
    strip.sum(weights);
    strip.sum(below);
  }
};

template <typename A>
struct CrossEntropyPartial {
  static constexpr bool kHasMax = true;
  MaxSum<A> row;
  PairSum<A> weights, products;  // with label smoothing: of w[c], of w[c] x[c]

  __device__ static CrossEntropyPartial none() { return {MaxSum<A>::none(), {}, {}}; }
  __device__ A& maximum() { return row.max; }
  __device__ void raise(A max) { row.raise(max); }
  __device__ void merge(const CrossEntropyPartial& other) {
    row.merge(other.row);
    weights.add(other.weights);
    products.add(other.products);
  }
};

template <typename T>
struct CrossEntropyPass {
  using Type = T;
  using A = Compute<T>;
  using Partial = CrossEntropyPartial<A>;
  static constexpr int kInputs = 1;
  struct Result {
    Exponential<kLossPower<T>, A> exponential;
    RowGradient<A> row;
  };
  const T* inputs[kInputs];
  T* output;
  TargetView<A> targets;
  LossOutputs<A> outputs;
  Total total = {};  // of this thread

  __device__ A fill(int) const { return -kInfinity<A>; }

  template <int kCount, typename Batch>
  __device__ void take(Partial& partial, const A (&values)[1][kCount], const Batch& batch) const {
    SoftmaxPass<T, T>::template take_row<kLossPower<T>, PowerSum<A>>(partial.row, values);
    if (!(targets.share > 0)) return;
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      if (!batch.holds(k)) continue;
      const A weight = targets.weight_of(batch.index(k));
      partial.weights.add(weight);
      partial.products.add_product(weight, values[0][k]);
    }
  }

  __device__ Result finish(const Partial& merged, const StripPlace& place) {
    const Normalizer<A> normalizer(shift_for(merged.row.max), merged.row.sum);
    const Exponential<kLossPower<T>, A> exponential(normalizer.shift);
    const A weights = merged.weights.value();
    const auto given = place.active ? targets.given(place.id) : kIgnoredTarget;
    TargetCost<A> cost(targets, given, place.id, place.active);
    cost.smooth(targets, weights);
    A own = -kInfinity<A>;
    if (cost.target >= 0) {
      own = static_cast<A>(inputs[0][place.start + cost.target * place.inner]);
    }
    if (place.leads) {
      // Both are large where the logits are, their difference is not.
      const auto &w = merged.weights, &p = merged.products;
      const A below =
          fma_of(w.high, normalizer.shift, -p.high) + (w.low * normalizer.shift - p.low);
      const A loss = cost.loss(targets, normalizer, own, weights, below);
      if (outputs.losses != nullptr) outputs.losses[place.id] = loss;
      cost.count(targets, loss, outputs.totals.weighs, total);
    }
    cost.power = exponential(own);
    return {exponential, RowGradient<A>(targets, cost, normalizer)};
  }

  template <int kCount>
  __device__ A value(const Result& result, const A (&values)[1][kCount], int k,
                     std::int64_t c) const {
    if (c >= targets.classes) return A(0);  // a value that fills the batch
    const A power = result.exponential(values[0][k]);
    if (targets.share > 0) return result.row.smooth(targets, power, static_cast<int>(c));
    return result.row.plain(power, static_cast<int>(c));
  }

  __device__ void end() const { outputs.totals.write(total); }
};

/// The operator, or pass, of `work` for a launch of so many blocks.
template <typename T, bool kPlain = false>
auto make_cross_entropy_op(const CrossEntropyWork& work, std::int64_t classes,
                           BlockTotals& totals) {
  return [&work, &totals, classes](unsigned blocks) {
    using A = Compute<T>;
    return CrossEntropyOp<T, kPlain>{
        work.logits.const_data_ptr<T>(),
        work.gradient.defined() ? work.gradient.mutable_data_ptr<T>() : nullptr,
        view_targets<A>(work.targets, classes, work.scale),
        {work.losses.defined() ? work.losses.mutable_data_ptr<A>() : nullptr,
         totals.reserve(blocks)}};
  };
}

template <typename T>
auto make_cross_entropy_pass(const CrossEntropyWork& work, std::int64_t classes,
                             BlockTotals& totals) {
  return [&work, &totals, classes](unsigned blocks) {
    const auto op = make_cross_entropy_op<T>(work, classes, totals)(blocks);
    return CrossEntropyPass<T>{{op.logits}, op.gradient, op.targets, op.outputs};
  };
}

}  // namespace carica::ops::cuda
