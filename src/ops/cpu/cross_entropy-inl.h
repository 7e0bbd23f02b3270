// The cross-entropy of the rows of a strip, and its gradient. Included once for each instruction
// set.
#if defined(CARICA_OPS_CPU_CROSS_ENTROPY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_CROSS_ENTROPY_INL_H_
#undef CARICA_OPS_CPU_CROSS_ENTROPY_INL_H_
#else
#define CARICA_OPS_CPU_CROSS_ENTROPY_INL_H_
#endif

#include "ops/cpu/log_sum-inl.h"
#include "ops/cpu/strip-inl.h"
#include "ops/cpu/targets-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

/// Values of each row of a strip, or of rows that lie as they do in memory (Of: see Strip). The
/// target's own logit is taken out of the strip before it is exponentiated, so that a loss near 0
/// and its gradient keep their digits: with `others` the sum of e^x over the other classes, the
/// gradient of the target's logit is -others / sum, where p - 1 would cancel.
template <class D, class Of = Strip<hn::TFromD<D>>>
struct StripLoss {
  using C = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using I = hn::RebindToSigned<D>;
  using M = hn::Mask<D>;

  HWY_INLINE StripLoss(const Of& of, const TargetWork& work)
      : strip(of),
        targets(work),
        max(of.spare(0)),
        own(of.spare(1)),
        scale(of.spare(2)),
        smooth(of.spare(3)),
        others(of.spare(4)),
        lost(of.spare(5)),
        classes(reinterpret_cast<std::int32_t*>(of.spare(6))),
        share(static_cast<C>(work.share)),
        smooth_weight(share * static_cast<C>(work.weight_sum)) {}

  // Reads targets and scales of rows `first` and on, and takes out the targets' logits.
  HWY_INLINE void begin(std::size_t first) const {
    read(first);
    take_out();
  }
  HWY_INLINE void read(std::size_t first) const {
    ReadTargets(targets, first, strip.width, classes);
    for (std::size_t i = strip.width; i < strip.pitch; ++i) classes[i] = kIgnored;
    ForPitch(d, strip, [&](std::size_t i) HWY_ATTR { hn::Store(scales(first, i), d, scale + i); });
  }
  // Takes out the logits of `classes`, and makes the scale of ignored rows 0.
  HWY_NOINLINE void take_out() const {
    if (targets.smoothing > 0) {
      ForPitch(d, strip, [&](std::size_t i) HWY_ATTR {
        hn::Store(sum_of_logits(i, hn::Load(d, max + i)), d, smooth + i);
      });
    }
    take_own();
  }
  // Few classes are each compared with the targets; else value by value: a gather and a scatter
  // take longer.
  HWY_INLINE void take_own() const {
    if constexpr (kBeside) {
      if (has_few_classes()) return take_own_of_few();
    }
    for (std::size_t i = 0; i < strip.pitch; ++i) {
      if (classes[i] == kIgnored) {
        own[i] = max[i];
        scale[i] = 0;
      } else {
        C& logit = strip.values[place(i)];
        own[i] = logit;
        logit = -std::numeric_limits<C>::infinity();
      }
    }
  }
  // Puts values of `own` where the targets' logits were.
  HWY_NOINLINE void put_back() const {
    if constexpr (kBeside) {
      if (has_few_classes()) return put_back_few();
    }
    for (std::size_t i = 0; i < strip.pitch; ++i) {
      if (classes[i] != kIgnored) strip.values[place(i)] = own[i];
    }
  }

  // Whether rows i and on are ignored.
  HWY_INLINE M ignored(std::size_t i) const {
    return hn::RebindMask(d, hn::Eq(classes_at(i), hn::Set(I(), kIgnored)));
  }
  // (1 - s) w[y], and 0 for ignored rows.
  HWY_INLINE V weight(std::size_t i) const {
    V w = hn::Set(d, static_cast<C>(1 - targets.smoothing));
    if (targets.weight) {
      const auto c = hn::Max(classes_at(i), hn::Zero(I()));
      w = hn::Mul(w, hn::GatherIndex(d, static_cast<const C*>(targets.weight), c));
    }
    return hn::IfThenZeroElse(ignored(i), w);
  }
  HWY_INLINE C class_weight(std::size_t c) const {
    return targets.weight ? static_cast<const C*>(targets.weight)[c] : C(1);
  }

  static constexpr D d{};
  const Of& strip;
  const TargetWork& targets;
  C* max;     // then factors of the gradient
  C* own;     // the target's logit, its e^x, then what takes its place for the gradient
  C* scale;   // 0 for ignored rows
  C* smooth;  // sum_c w[c] (x[c] - max), if there is smoothing
  C* others;  // sums of the others
  C* lost;
  std::int32_t* classes;
  C share, smooth_weight;  // s / C, and times the sum of weights

 private:
  // Whether a vector has the same value of many rows.
  static constexpr bool kBeside = std::is_same_v<Of, Strip<C>>;
  HWY_INLINE bool has_few_classes() const { return strip.size <= kFewClasses; }
  static constexpr std::size_t kFewClasses = hn::MaxLanes(D()) / 2;

  HWY_INLINE void take_own_of_few() const {
    const V least = hn::Set(d, -std::numeric_limits<C>::infinity());
    ForPitch(d, strip, [&](std::size_t i) HWY_ATTR {
      const auto y = classes_at(i);
      V logits = hn::Load(d, max + i);
      C* at = strip.values + i;
      for (std::size_t c = 0; c < strip.size; ++c, at += strip.pitch) {
        const M chosen = is_class(y, c);
        const V v = hn::Load(d, at);
        logits = hn::IfThenElse(chosen, v, logits);
        hn::Store(hn::IfThenElse(chosen, least, v), d, at);
      }
      hn::Store(logits, d, own + i);
      hn::Store(hn::IfThenZeroElse(ignored(i), hn::Load(d, scale + i)), d, scale + i);
    });
  }
  HWY_INLINE void put_back_few() const {
    ForPitch(d, strip, [&](std::size_t i) HWY_ATTR {
      const auto y = classes_at(i);
      const V logits = hn::Load(d, own + i);
      C* at = strip.values + i;
      for (std::size_t c = 0; c < strip.size; ++c, at += strip.pitch) {
        hn::Store(hn::IfThenElse(is_class(y, c), logits, hn::Load(d, at)), d, at);
      }
    });
  }
  HWY_INLINE M is_class(hn::Vec<I> classes_of_rows, std::size_t c) const {
    const auto wanted = hn::Set(I(), static_cast<hn::TFromD<I>>(c));
    return hn::RebindMask(d, hn::Eq(classes_of_rows, wanted));
  }

  // Where the logit of row i's target lies in the strip.
  HWY_INLINE std::size_t place(std::size_t i) const {
    return strip.place(static_cast<std::size_t>(classes[i]), i);
  }
  HWY_INLINE hn::Vec<I> classes_at(std::size_t i) const {
    if constexpr (sizeof(C) == 8) {
      return hn::PromoteTo(I(), hn::LoadU(hn::Rebind<std::int32_t, I>(), classes + i));
    } else {
      return hn::Load(I(), classes + i);
    }
  }
  HWY_INLINE V scales(std::size_t first, std::size_t i) const {
    const C* each = static_cast<const C*>(targets.scale);
    if (!each) return hn::Set(d, C(1));
    if (!targets.scale_each) return hn::Set(d, each[0]);
    if (i + hn::Lanes(d) <= strip.width) return Read(d, each + first + i);
    return i < strip.width ? ReadN(d, each + first + i, strip.width - i, C(0)) : hn::Zero(d);
  }
  HWY_INLINE V sum_of_logits(std::size_t i, V largest) const {
    LongSum<D> sum;
    sum.start(d);
    for (std::size_t c = 0; c < strip.size; ++c) {
      const V logit = hn::Load(d, strip.values + c * strip.pitch + i);
      sum.add(hn::Mul(hn::Set(d, class_weight(c)), hn::Sub(logit, largest)));
    }
    return sum.total();
  }
};

// The target's own e^x, next to the sum of the others. Where there are none it is 1, in a unit of
// its own: p is 1 then, exactly.
template <class D>
HWY_INLINE hn::Vec<D> OwnUnit(D d, hn::Vec<D> own, hn::Vec<D> others) {
  const auto alone = hn::And(hn::Eq(others, hn::Zero(d)), hn::Gt(own, hn::Zero(d)));
  return hn::IfThenElse(alone, hn::Set(d, hn::TFromD<D>(1)), own);
}

// Loss of each row, to `losses` (those of the strip) if not null, from the sums of the other
// classes' exponentials in `others` and `lost`. Returns the sum of scale * loss.
template <class D, class Of>
HWY_INLINE double LossOfSums(D d, const StripLoss<D, Of>& loss, hn::TFromD<D>* losses) {
  using V = hn::Vec<D>;
  const auto& strip = loss.strip;
  const V share = hn::Set(d, loss.share), smooth_weight = hn::Set(d, loss.smooth_weight);
  ProductSum<D> sum(d);
  ForPitch(d, strip, [&](std::size_t i) HWY_ATTR {
    const V max = hn::Load(d, loss.max + i), base = Shift(d, max);
    const V own = hn::Load(d, loss.own + i);
    const V others = hn::Load(d, loss.others + i), lost = hn::Load(d, loss.lost + i);
    hn::Store(hn::Add(others, lost), d, loss.others + i);
    const RowExp<D> exp(d, base);
    const V e = exp(d, own), largest = exp(d, base);
    hn::Store(e, d, loss.own + i);
    // log(sum / largest) is log(1 + others / largest) where the target is the largest: that keeps
    // the digits of others.
    const V with_own = hn::Add(hn::Sub(others, largest), e);
    const V rest = hn::IfThenElse(hn::Eq(own, max), others, with_own);
    const V log_sum = LogOnePlus(d, OverLargest(d, exp, base, rest, lost));
    V value = hn::Mul(loss.weight(i), hn::Sub(log_sum, hn::Sub(own, base)));
    if (loss.targets.smoothing > 0) {
      const V logits = hn::Load(d, loss.smooth + i);
      value = hn::Add(value, hn::Sub(hn::Mul(smooth_weight, log_sum), hn::Mul(share, logits)));
    }
    value = hn::IfThenZeroElse(loss.ignored(i), value);
    if (losses && i < strip.width) {
      if (i + hn::Lanes(d) <= strip.width) {
        Write(d, value, losses + i);
      } else {
        WriteN(d, value, losses + i, strip.width - i);
      }
    }
    sum.add(d, value, hn::Load(d, loss.scale + i));
  });
  return sum.total();
}

// The same of a strip's logits. Leaves the exponentials of the other classes in the strip. beside:
// as of Exponentiate().
template <class D, class Beside>
HWY_INLINE double LossOfStrip(D d, const StripLoss<D>& loss, hn::TFromD<D>* losses,
                              Beside&& beside) {
  ForPitch(d, loss.strip, [&](std::size_t i) HWY_ATTR {
    hn::Store(hn::Load(d, loss.max + i), d, loss.others + i);
  });
  Exponentiate(d, loss.strip, loss.others, loss.lost, beside);
  return LossOfSums(d, loss, losses);
}

// d loss / d x[c] = scale ((1-s) w[y] (p[c] - [c = y]) + s / C (W p[c] - w[c])), W the sum of w:
// p[c] has the factor scale ((1-s) w[y] + s / C W), and p[y] - 1 = -others / sum. Leaves in `max`
// what makes all but the last term of gradients from the strip's values, the targets' own included.
template <class D, class Of>
HWY_INLINE void PrepareGradient(D d, const StripLoss<D, Of>& loss) {
  using V = hn::Vec<D>;
  const V smooth_weight = hn::Set(d, loss.smooth_weight);
  ForPitch(d, loss.strip, [&](std::size_t i) HWY_ATTR {
    const V others = hn::Load(d, loss.others + i);
    const V e = OwnUnit(d, hn::Load(d, loss.own + i), others);
    const V weight = loss.weight(i), all = hn::Add(weight, smooth_weight);
    // (own * factor) is the gradient of both parts.
    V own = hn::Neg(others);
    if (loss.targets.smoothing > 0) {
      const V both = hn::Sub(hn::Mul(smooth_weight, e), hn::Mul(weight, others));
      own = hn::IfThenZeroElse(hn::Eq(all, hn::Zero(d)), hn::Div(both, all));
    }
    hn::Store(own, d, loss.own + i);
    const V inverse = Inverse<D>(d, hn::Add(others, e), hn::Zero(d)).high;
    hn::Store(hn::Mul(hn::Mul(hn::Load(d, loss.scale + i), all), inverse), d, loss.max + i);
  });
  loss.put_back();
}

template <class D>
HWY_INLINE hn::Vec<D> GradientAt(D d, const StripLoss<D>& loss, std::size_t c, std::ptrdiff_t i) {
  const auto e = hn::LoadU(d, loss.strip.values + c * loss.strip.pitch + i);
  const auto gradient = hn::Mul(e, hn::LoadU(d, loss.max + i));
  if (loss.targets.smoothing == 0) return gradient;
  const auto share = hn::Set(d, loss.share * loss.class_weight(c));
  return hn::NegMulAdd(share, hn::LoadU(d, loss.scale + i), gradient);
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_CROSS_ENTROPY_INL_H_
