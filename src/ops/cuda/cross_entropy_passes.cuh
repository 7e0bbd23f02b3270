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
  double* sums;  // one for each block
};

template <typename T>
struct CrossEntropyOp {
  using A = Compute<T>;
  static constexpr int kArrays = 1;
  const T* logits;
  T* gradient;
  TargetView<A> targets;
  LossOutputs<A> outputs;
  double total = 0;  // of this thread

  template <typename Strip>
  __device__ void operator()(const Strip& strip) {
    A values[Strip::kCount];
    strip.load(logits, values);
    A max = -kInfinity<A>;
#pragma unroll
    for (int k = 0; k < Strip::kCount; ++k) {
      if (strip.holds(k)) max = max_of(max, values[k]);
    }
    const A shift = shift_for(strip.max(max));
    PairSum<A> weights{}, below{};
    if (targets.share > 0) {
#pragma unroll
      for (int k = 0; k < Strip::kCount; ++k) {
        if (!strip.holds(k)) continue;
        const A weight = targets.weight_of(strip.index(k));
        weights.add(weight);
        below.add(weight * (shift - values[k]));
      }
      weights = strip.sum(weights);
      below = strip.sum(below);
    }
    PairSum<A> sum{};
#pragma unroll
    for (int k = 0; k < Strip::kCount; ++k) {
      if (!strip.holds(k)) continue;
      values[k] = exp_difference<kExactDifference<T>>(values[k], shift);
      sum.add(values[k]);
    }
    sum = strip.sum(sum);
    const Normalizer<A> normalizer(shift, sum);
    const TargetCost<A> cost(targets, strip.id(), strip.active(), weights.value());
    if (strip.leads()) {
      A log_p = 0;
      if (cost.target >= 0) {
        log_p = normalizer.log_softmax(static_cast<A>(logits[strip.offset(cost.target)]));
      }
      const A loss = cost.loss(targets, normalizer, log_p, weights.value(), below.value());
      if (outputs.losses != nullptr) outputs.losses[strip.id()] = loss;
      if (cost.target != kIgnoredTarget) total += static_cast<double>(loss) * cost.scale;
    }
    if (gradient == nullptr) return;
#pragma unroll
    for (int k = 0; k < Strip::kCount; ++k) {
      if (!strip.holds(k)) continue;
      values[k] = cost.gradient(targets, normalizer, sum, values[k], strip.index(k));
    }
    strip.store(gradient, values);
  }

  __device__ void finish() const {
    if (outputs.sums != nullptr) write_block_sum(total, outputs.sums);
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
    Normalizer<A> normalizer;
    PairSum<A> sum;
    TargetCost<A> cost;
  };
  const T* inputs[kInputs];
  T* output;
  TargetView<A> targets;
  LossOutputs<A> outputs;
  double total = 0;  // of this thread

  __device__ A fill(int) const { return -kInfinity<A>; }

  template <int kCount, typename Batch>
  __device__ void take(Partial& partial, const A (&values)[1][kCount], const Batch& batch) const {
    SoftmaxPass<T>::take_row(partial.row, values);
    if (!(targets.share > 0)) return;
#pragma unroll
    for (int k = 0; k < kCount; ++k) {
      if (!batch.holds(k)) continue;
      const A weight = targets.weight_of(batch.index(k));
      partial.weights.add(weight);
      partial.products.add(weight * values[0][k]);
    }
  }

  __device__ Result finish(const Partial& merged, const StripPlace& place) {
    const Normalizer<A> normalizer(shift_for(merged.row.max), merged.row.sum);
    const A weights = merged.weights.value();
    const TargetCost<A> cost(targets, place.id, place.active, weights);
    if (place.leads) {
      A log_p = 0;
      if (cost.target >= 0) {
        const std::int64_t offset = place.start + cost.target * place.inner;
        log_p = normalizer.log_softmax(static_cast<A>(inputs[0][offset]));
      }
      const A below = weights * normalizer.shift - merged.products.value();
      const A loss = cost.loss(targets, normalizer, log_p, weights, below);
      if (outputs.losses != nullptr) outputs.losses[place.id] = loss;
      if (cost.target != kIgnoredTarget) total += static_cast<double>(loss) * cost.scale;
    }
    return {normalizer, merged.row.sum, cost};
  }

  template <int kCount>
  __device__ A value(const Result& result, const A (&values)[1][kCount], int k,
                     std::int64_t c) const {
    if (c >= targets.classes) return A(0);  // a value that fills the batch
    const A power = exp_difference<kExactDifference<T>>(values[0][k], result.normalizer.shift);
    return result.cost.gradient(targets, result.normalizer, result.sum, power, c);
  }

  __device__ void end() const {
    if (outputs.sums != nullptr) write_block_sum(total, outputs.sums);
  }
};

/// The operator, or pass, of `work` for a launch of so many blocks.
template <typename T>
auto make_cross_entropy_op(const CrossEntropyWork& work, std::int64_t classes, BlockSums& sums) {
  return [&work, &sums, classes](unsigned blocks) {
    using A = Compute<T>;
    return CrossEntropyOp<T>{
        work.logits.const_data_ptr<T>(),
        work.gradient.defined() ? work.gradient.mutable_data_ptr<T>() : nullptr,
        view_targets<A>(work.targets, classes, work.scale),
        {work.losses.defined() ? work.losses.mutable_data_ptr<A>() : nullptr,
         sums.reserve(blocks)}};
  };
}

template <typename T>
auto make_cross_entropy_pass(const CrossEntropyWork& work, std::int64_t classes, BlockSums& sums) {
  return [&work, &sums, classes](unsigned blocks) {
    const auto op = make_cross_entropy_op<T>(work, classes, sums)(blocks);
    return CrossEntropyPass<T>{{op.logits}, op.gradient, op.targets, op.outputs};
  };
}

}  // namespace carica::ops::cuda
