// The cross-entropy of the rows of a strip, and its gradient. Included once for each instruction
// set.
#if defined(CARICA_OPS_CPU_CROSS_ENTROPY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_CROSS_ENTROPY_INL_H_
#undef CARICA_OPS_CPU_CROSS_ENTROPY_INL_H_
#else
#define CARICA_OPS_CPU_CROSS_ENTROPY_INL_H_
#endif

#include "ops/cpu/strip-inl.h"
#include "ops/cpu/targets-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

/// Values of each row of a strip. The target's own logit is taken out of the strip before it is
/// exponentiated, so that a loss near 0 and its gradient keep their digits: with `others` the sum
/// of e^(x - max) over the other classes, the gradient of the target's logit is -others / sum,
/// where p - 1 would cancel.
template <typename C>
struct StripLoss {
  explicit StripLoss(const Strip<C>& of)
      : strip(of),
        max(of.spare(0)),
        own(of.spare(1)),
        weight(of.spare(2)),
        scale(of.spare(3)),
        smooth(of.spare(4)),
        classes(reinterpret_cast<std::int32_t*>(of.spare(5))) {}

  // Reads targets and scales of rows `first_target` and on, and takes out the targets' logits.
  HWY_INLINE void begin(const TargetWork& work, std::size_t first_target) {
    targets = &work;
    first = first_target;
    ReadTargets(work, first, strip.width, classes);
    for (std::size_t i = 0; i < strip.pitch; ++i) {
      if (i >= strip.width) classes[i] = kIgnored;
      const std::int32_t y = classes[i];
      weight[i] = OwnWeight<C>(work, y);
      scale[i] = y == kIgnored ? C(0) : ScaleOf<C>(work, first + i);
      own[i] = y == kIgnored ? max[i] : at(y, i);
    }
    if (work.smoothing > 0) sum_of_logits();
    for (std::size_t i = 0; i < strip.width; ++i) {
      if (classes[i] != kIgnored) at(classes[i], i) = -std::numeric_limits<C>::infinity();
    }
  }

  HWY_INLINE C& at(std::int32_t c, std::size_t i) const {
    return strip.values[static_cast<std::size_t>(c) * strip.pitch + i];
  }
  HWY_INLINE C class_weight(std::size_t c) const {
    return targets->weight ? static_cast<const C*>(targets->weight)[c] : C(1);
  }

  const Strip<C>& strip;
  const TargetWork* targets = nullptr;
  std::size_t first = 0;
  C* max;     // then the sums of the others, then factors of the gradient
  C* own;     // the target's logit
  C* weight;  // (1 - s) w[y]
  C* scale;
  C* smooth;  // sum_c w[c] (x[c] - max), if there is smoothing
  std::int32_t* classes;

 private:
  HWY_INLINE void sum_of_logits() const {
    for (std::size_t i = 0; i < strip.pitch; ++i) smooth[i] = 0;
    for (std::size_t c = 0; c < strip.size; ++c) {
      const C w = class_weight(c);
      for (std::size_t i = 0; i < strip.pitch; ++i) {
        smooth[i] += w * (at(static_cast<std::int32_t>(c), i) - max[i]);
      }
    }
  }
};

// Loss of each row, to `losses` (of all targets) if not null. Returns the sum of scale * loss.
// Leaves the exponentials in the strip, the targets' own among them, 1 / sum in `own`, and the sum
// of the others in `max`.
template <class D>
HWY_INLINE double LossOfStrip(D d, StripLoss<hn::TFromD<D>>& loss, hn::TFromD<D>* losses) {
  using C = hn::TFromD<D>;
  const auto& strip = loss.strip;
  const std::size_t lanes = hn::Lanes(d);
  C* const shift = strip.spare(6);
  for (std::size_t i = 0; i < strip.pitch; i += lanes) {
    hn::Store(hn::Load(d, loss.max + i), d, shift + i);
  }
  C* const lost = strip.spare(7);
  Exponentiate(d, strip, loss.max, lost);
  const C share = static_cast<C>(loss.targets->smoothing / static_cast<double>(strip.size));
  const auto smooth_weight = hn::Set(d, share * static_cast<C>(loss.targets->weight_sum));
  double sum = 0;
  HWY_ALIGN C values[HWY_MAX_BYTES / sizeof(C)];
  for (std::size_t i = 0; i < strip.pitch; i += lanes) {
    const auto max = hn::Load(d, shift + i), base = Shift(d, max);
    const auto own = hn::Load(d, loss.own + i), others = hn::Load(d, loss.max + i);
    const auto e = ExpOfDifference(d, own, base);
    // log(sum): of 1 + others where the target is the largest, which keeps the digits of others.
    const auto one = hn::Set(d, C(1));
    const auto rest = hn::IfThenElse(hn::Eq(own, max), others, hn::Add(others, hn::Sub(e, one)));
    const auto log_sum = hn::Log1p(d, rest);
    auto value = hn::Mul(hn::Load(d, loss.weight + i), hn::Sub(log_sum, hn::Sub(own, base)));
    if (loss.targets->smoothing > 0) {
      const auto logits = hn::Load(d, loss.smooth + i);
      value = hn::Add(value,
                      hn::Sub(hn::Mul(smooth_weight, log_sum), hn::Mul(hn::Set(d, share), logits)));
    }
    hn::Store(value, d, values);
    hn::Store(Inverse<D>(d, hn::Add(others, e), hn::Zero(d)).high, d, loss.own + i);
    hn::Store(e, d, shift + i);
    for (std::size_t j = i; j < HWY_MIN(i + lanes, strip.width); ++j) {
      const bool ignored = loss.classes[j] == kIgnored;
      if (losses) losses[loss.first + j] = ignored ? C(0) : values[j - i];
      if (ignored) continue;
      sum += static_cast<double>(values[j - i]) * static_cast<double>(loss.scale[j]);
      loss.at(loss.classes[j], j) = shift[j];
    }
  }
  return sum;
}

// d loss / d x[c] = scale ((1-s) w[y] (p[c] - [c = y]) + s / C (W p[c] - w[c])), W the sum of w:
// p[c] has the factor scale ((1-s) w[y] + s / C W), and p[y] - 1 = -others / sum.
template <class D>
HWY_INLINE void PrepareGradient(D d, StripLoss<hn::TFromD<D>>& loss) {
  using C = hn::TFromD<D>;
  const auto& strip = loss.strip;
  const C share = static_cast<C>(loss.targets->smoothing / static_cast<double>(strip.size));
  const C smooth_weight = share * static_cast<C>(loss.targets->weight_sum);
  for (std::size_t i = 0; i < strip.width; ++i) {
    if (loss.classes[i] == kIgnored) continue;
    // So that (value * factor) is the gradient of both parts: e stands for the smoothing's part.
    C& e = loss.at(loss.classes[i], i);
    const C all = loss.weight[i] + smooth_weight;
    e = all == 0 ? C(0) : (smooth_weight * e - loss.weight[i] * loss.max[i]) / all;
  }
  for (std::size_t i = 0; i < strip.pitch; i += hn::Lanes(d)) {
    const auto all = hn::Add(hn::Load(d, loss.weight + i), hn::Set(d, smooth_weight));
    const auto scale = hn::Load(d, loss.scale + i);
    hn::Store(hn::Mul(hn::Mul(scale, all), hn::Load(d, loss.own + i)), d, loss.max + i);
  }
}

template <class D>
HWY_INLINE hn::Vec<D> GradientAt(D d, const StripLoss<hn::TFromD<D>>& loss, std::size_t c,
                                 std::size_t i) {
  const auto e = hn::Load(d, loss.strip.values + c * loss.strip.pitch + i);
  const auto gradient = hn::Mul(e, hn::Load(d, loss.max + i));
  if (loss.targets->smoothing == 0) return gradient;
  using C = hn::TFromD<D>;
  const C share = static_cast<C>(loss.targets->smoothing / static_cast<double>(loss.strip.size)) *
                  loss.class_weight(c);
  return hn::NegMulAdd(hn::Set(d, share), hn::Load(d, loss.scale + i), gradient);
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_CROSS_ENTROPY_INL_H_
