#include "ops/cpu/target_tally.h"

#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/target_tally.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Compared as unsigned numbers, so that negative ones are large.
template <typename Value>
TargetTally Tally(const TargetRun& run) {
  using U = hwy::MakeUnsigned<Value>;
  const hn::ScalableTag<U> d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr auto kLargest = static_cast<std::uint64_t>(hwy::LimitsMax<U>());
  const auto classes_end = static_cast<std::uint64_t>(run.last);
  const U last = static_cast<U>(classes_end < kLargest ? classes_end : kLargest);
  const auto ignore = static_cast<Value>(run.ignore_index);
  const bool can_ignore = static_cast<std::int64_t>(ignore) == run.ignore_index;
  const auto ignored_value = hn::Set(d, static_cast<U>(ignore)), greatest = hn::Set(d, last);
  const auto* values = static_cast<const U*>(run.values);
  std::size_t ignored = 0, bad = 0, i = 0;
  for (; i + lanes <= run.count; i += lanes) {
    const auto v = hn::LoadU(d, values + i);
    const auto is_ignored = can_ignore ? hn::Eq(v, ignored_value) : hn::MaskFromVec(hn::Zero(d));
    ignored += hn::CountTrue(d, is_ignored);
    bad += hn::CountTrue(d, hn::AndNot(is_ignored, hn::Gt(v, greatest)));
  }
  for (; i < run.count; ++i) {
    const bool is_ignored = can_ignore && values[i] == static_cast<U>(ignore);
    ignored += is_ignored ? 1 : 0;
    bad += !is_ignored && values[i] > last ? 1 : 0;
  }
  return {static_cast<std::int64_t>(run.count - ignored), static_cast<std::int64_t>(bad)};
}

TargetTally Run(const TargetRun& run) {
  switch (run.element) {
    case TargetElement::kUint8:
      return Tally<std::uint8_t>(run);
    case TargetElement::kInt32:
      return Tally<std::int32_t>(run);
    case TargetElement::kInt64:
      return Tally<std::int64_t>(run);
  }
  return {};
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(Run);
TargetTally tally_targets(const TargetRun& run) { return HWY_DYNAMIC_DISPATCH(Run)(run); }
}  // namespace carica::ops::cpu
#endif
