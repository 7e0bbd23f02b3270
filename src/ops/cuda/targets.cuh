// Targets and their costs, as kernels read them.
#pragma once

#include "ops/cuda/launch.cuh"
#include "ops/cuda/normalizer.cuh"
#include "ops/kernels.h"

namespace carica::ops::cuda {

constexpr std::int64_t kIgnoredTarget = -1, kBadTarget = -2;

template <typename A>
struct TargetView {
  const void* values;
  int bytes;  // of a value: 1 (unsigned), 4 or 8
  std::int64_t ignore_index, classes;
  const A* weight;  // nullptr: all 1
  const A* scale;   // nullptr: 1
  bool scales;      // scale has one for each target
  A keep, share;    // 1 - s, s / C

  /// The class, kIgnoredTarget or kBadTarget.
  __device__ std::int64_t target(std::int64_t id) const {
    const std::int64_t y = bytes == 8   ? static_cast<const std::int64_t*>(values)[id]
                           : bytes == 4 ? static_cast<const std::int32_t*>(values)[id]
                                        : static_cast<const std::uint8_t*>(values)[id];
    if (y == ignore_index) return kIgnoredTarget;
    return y >= 0 && y < classes ? y : kBadTarget;
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
  std::int64_t target;
  A scale, hit, spread;  // spread: of all classes, for missing them

  /// weights: the sum of w; used with label smoothing only.
  __device__ TargetCost(const TargetView<A>& view, std::int64_t id, bool active, A weights)
      : target(active ? view.target(id) : kIgnoredTarget), scale(0), hit(0) {
    if (target >= 0) {
      scale = view.scale_of(id);
      hit = view.keep * view.weight_of(target);
    }
    spread = view.share > 0 ? view.share * weights : A(0);
  }

  /// log_p: of the target; below: with label smoothing, the sum of w[c] (shift - x[c]).
  __device__ A loss(const TargetView<A>& view, const Normalizer<A>& normalizer, A log_p, A weights,
                    A below) const {
    if (target < 0) return target == kBadTarget ? kNaN<A> : A(0);
    A loss = hit * -log_p;
    if (view.share > 0) loss += view.share * (weights * normalizer.log_sum + below);
    return loss;
  }

  /// scale * d loss / d logit c, from exp(x[c] - shift) and the sum of those. A row of all -inf has
  /// no gradient.
  __device__ A gradient(const TargetView<A>& view, const Normalizer<A>& normalizer,
                        const PairSum<A>& sum, A power, std::int64_t c) const {
    if (target < 0 || sum.high == 0) return target == kBadTarget ? kNaN<A> : A(0);
    A gradient = (hit + spread) * power * normalizer.inverse;
    if (c == target) {
      // p - 1 from what the others hold: exact where p is near 1.
      const A others = ((sum.high - power) + sum.low) * normalizer.inverse;
      gradient = spread * power * normalizer.inverse - hit * others;
    }
    if (view.share > 0) gradient -= view.share * view.weight_of(c);
    return scale * gradient;
  }
};

}  // namespace carica::ops::cuda
