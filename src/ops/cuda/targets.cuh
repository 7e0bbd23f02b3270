// Targets and their costs, as kernels read them.
#pragma once

#include "ops/cuda/block_sums.cuh"
#include "ops/cuda/launch.cuh"
#include "ops/cuda/normalizer.cuh"
#include "ops/kernels.h"

namespace carica::ops::cuda {

constexpr int kIgnoredTarget = -1, kBadTarget = -2;

template <typename A>
struct TargetView {
  const void* values;
  int bytes;  // of a value: 1 (unsigned), 4 or 8
  std::int64_t ignore_index, classes;
  const A* weight;  // nullptr: all 1
  const A* scale;   // nullptr: 1
  bool scales;      // scale has one for each target
  A keep, share;    // 1 - s, s / C

  /// As it lies in memory.
  __device__ std::int64_t given(std::int64_t id) const {
    return bytes == 8   ? static_cast<const std::int64_t*>(values)[id]
           : bytes == 4 ? static_cast<const std::int32_t*>(values)[id]
                        : static_cast<const std::uint8_t*>(values)[id];
  }
  /// The class, kIgnoredTarget or kBadTarget, of a given value.
  __device__ int target(std::int64_t given) const {
    if (given == ignore_index) return kIgnoredTarget;
    return given >= 0 && given < classes ? static_cast<int>(given) : kBadTarget;
  }
  __device__ A weight_of(std::int64_t c) const { return weight == nullptr ? A(1) : weight[c]; }
  __device__ A scale_of(std::int64_t id) const {
    return scale == nullptr ? A(1) : scale[scales ? id : 0];
  }
};

template <typename A>
TargetView<A> view_targets(const Targets& targets, std::int64_t classes, const at::Tensor& scale) {
  TargetView<A> view{};
  view.values = targets.values.const_data_ptr();
  view.bytes = static_cast<int>(targets.values.element_size());
  view.ignore_index = targets.ignore_index;
  view.classes = classes;
  if (targets.weight.defined()) view.weight = targets.weight.const_data_ptr<A>();
  if (scale.defined()) {
    view.scale = scale.const_data_ptr<A>();
    view.scales = scale.dim() > 0;
  }
  view.keep = static_cast<A>(1 - targets.label_smoothing);
  view.share = static_cast<A>(targets.label_smoothing / static_cast<double>(classes));
  return view;
}

/// What a target costs: (1 - s) w[y] for missing it, s / C w[c] for missing each class.
template <typename A>
struct TargetCost {
  int target;
  A scale, hit, spread;  // spread: of all classes, for missing them
  A power;               // exp(x - shift) of the target, which the caller knows

  TargetCost() = default;
  __device__ TargetCost(const TargetView<A>& view, std::int64_t given, std::int64_t id, bool active)
      : target(active ? view.target(given) : kIgnoredTarget),
        scale(0),
        hit(0),
        spread(0),
        power(0) {
    if (target >= 0) {
      scale = view.scale_of(id);
      hit = view.keep * view.weight_of(target);
    }
  }
  /// Label smoothing; weights: the sum of w.
  __device__ void smooth(const TargetView<A>& view, A weights) { spread = view.share * weights; }

  /// own: the target's logit; below: with label smoothing, the sum of w[c] (shift - x[c]).
  __device__ A loss(const TargetView<A>& view, const Normalizer<A>& normalizer, A own, A weights,
                    A below) const {
    if (target < 0) return target == kBadTarget ? kNaN<A> : A(0);
    const LogNormalizer<A> log_normalizer(normalizer);
    A loss = hit * -log_normalizer.log_softmax(own);
    if (view.share > 0) loss += view.share * (weights * log_normalizer.log_sum + below);
    return loss;
  }

  __device__ void count(const TargetView<A>& view, A loss, bool weighs, Total& total) const {
    if (target == kIgnoredTarget) return;
    total.value += static_cast<double>(loss) * scale;
    if (weighs && target >= 0) total.weight += view.weight_of(target);
  }
};

/// scale * d loss / d logits of a row, by classes. A row of all -inf has no gradient.
template <typename A>
struct RowGradient {
  int target;
  A gain;   // of exp(x - shift)
  A own;    // of the target: p - 1 from what the others hold, exact where p is near 1
  A share;  // with label smoothing, of w

  RowGradient() = default;
  __device__ RowGradient(const TargetView<A>& view, const TargetCost<A>& cost,
                         const Normalizer<A>& normalizer)
      : target(cost.target), gain(0), own(0), share(0) {
    if (target == kBadTarget) gain = kNaN<A>;
    const auto& sum = normalizer.sum;
    if (target < 0 || sum.high == 0) return;
    const A p = cost.power * normalizer.inverse;
    const A others = ((sum.high - cost.power) + sum.low) * normalizer.inverse;
    gain = cost.scale * (cost.hit + cost.spread) * normalizer.inverse;
    own = cost.scale * (cost.spread * p - cost.hit * others);
    share = cost.scale * view.share;
    if (view.share > 0) own -= share * view.weight_of(target);
  }
  /// Without label smoothing.
  __device__ A plain(A power, int c) const { return c == target ? own : gain * power; }
  __device__ A smooth(const TargetView<A>& view, A power, int c) const {
    return c == target ? own : gain * power - share * view.weight_of(c);
  }
};

}  // namespace carica::ops::cuda
