// The targets of a strip. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_TARGETS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_TARGETS_INL_H_
#undef CARICA_OPS_CPU_TARGETS_INL_H_
#else
#define CARICA_OPS_CPU_TARGETS_INL_H_
#endif

#include "ops/cpu/cross_entropy_work.h"
#include "ops/cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

constexpr std::int32_t kIgnored = -1;

template <typename Value>
HWY_INLINE std::int32_t ClassOf(const TargetWork& work, Value target) {
  const auto value = static_cast<std::int64_t>(target);
  return value == work.ignore_index ? kIgnored : static_cast<std::int32_t>(value);
}

// Calls body(values) with the targets in their own type.
template <class Body>
HWY_INLINE void WithTargets(const TargetWork& work, Body&& body) {
  switch (work.element) {
    case TargetElement::kUint8:
      return body(static_cast<const std::uint8_t*>(work.values));
    case TargetElement::kInt32:
      return body(static_cast<const std::int32_t*>(work.values));
    case TargetElement::kInt64:
      return body(static_cast<const std::int64_t*>(work.values));
  }
}

// classes[i] = the class of target first + i, or kIgnored, for i < n.
HWY_INLINE void ReadTargets(const TargetWork& work, std::size_t first, std::size_t n,
                            std::int32_t* classes) {
  WithTargets(work, [&](const auto* values) HWY_ATTR {
    for (std::size_t i = 0; i < n; ++i) classes[i] = ClassOf(work, values[first + i]);
  });
}

// The scale of target `at`.
template <typename C>
HWY_INLINE C ScaleOf(const TargetWork& work, std::size_t at) {
  if (work.scale == nullptr) return C(1);
  return static_cast<const C*>(work.scale)[work.scale_each ? at : 0];
}

// w[y] (1 - s), and 0 for an ignored target.
template <typename C>
HWY_INLINE C OwnWeight(const TargetWork& work, std::int32_t y) {
  if (y == kIgnored) return C(0);
  const C weight = work.weight ? static_cast<const C*>(work.weight)[y] : C(1);
  return weight * static_cast<C>(1 - work.smoothing);
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_TARGETS_INL_H_
