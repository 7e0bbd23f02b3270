#include "ops/cpu/softmax_strips.h"

#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/softmax_strips.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/log_sum-inl.h"
#include "ops/cpu/strip-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

template <bool kStream, class D, class Io, typename T>
HWY_INLINE void Softmax(D d, const Io& io, const Strip<hn::TFromD<D>>& strip, const T* x, T* y) {
  // The largest values, their sums, then 1 / sum; in two parts for results of compute type.
  hn::TFromD<D>*const high = strip.spare(0), *const low = strip.spare(1);
  ReadWithMax(d, io, x, strip, high);
  Exponentiate(d, strip, high, low);
  for (std::size_t i = 0; i < strip.pitch; i += hn::Lanes(d)) {
    const Inverse<D> inverse(d, hn::Load(d, high + i), hn::Load(d, low + i));
    hn::Store(inverse.high, d, high + i);
    hn::Store(inverse.low, d, low + i);
  }
  io.template write<kStream>(d, strip, y, [&](std::size_t c, std::size_t i) HWY_ATTR {
    const auto e = hn::Load(d, strip.values + c * strip.pitch + i);
    if constexpr (std::is_same_v<T, hn::TFromD<D>>) {
      return TimesInverse(e, hn::Load(d, high + i), hn::Load(d, low + i));
    } else {
      return hn::Mul(e, hn::Load(d, high + i));
    }
  });
}

template <bool kStream, class D, class Io, typename T>
HWY_INLINE void LogSoftmax(D d, const Io& io, const Strip<hn::TFromD<D>>& strip, const T* x, T* y) {
  const std::size_t lanes = hn::Lanes(d);
  hn::TFromD<D>*const max = strip.spare(0), *const log = strip.spare(1);
  ReadWithMax(d, io, x, strip, max);
  for (std::size_t i = 0; i < strip.pitch; i += lanes) {
    LogSum<D> sum;
    sum.start(d, hn::Load(d, max + i));
    for (std::size_t c = 0; c < strip.size; ++c) {
      sum.add(d, hn::Load(d, strip.values + c * strip.pitch + i));
    }
    sum.finish(d);
    hn::Store(sum.shift, d, max + i);
    hn::Store(sum.log, d, log + i);
  }
  io.template write<kStream>(d, strip, y, [&](std::size_t c, std::size_t i) HWY_ATTR {
    const auto v = hn::Load(d, strip.values + c * strip.pitch + i);
    return hn::Sub(hn::Sub(v, hn::Load(d, max + i)), hn::Load(d, log + i));
  });
}

template <typename T, bool kStream>
void Strips(const SoftmaxStrips& work, std::size_t begin, std::size_t end, void* room) {
  const hn::ScalableTag<Compute<T>> d;
  ForStrips<T>(work.layout, work.cut, begin, end, room,
               [&](const auto& io, const auto& strip, std::size_t at, std::size_t) HWY_ATTR {
                 const T* x = static_cast<const T*>(work.x) + at;
                 T* y = static_cast<T*>(work.y) + at;
                 if (work.log) {
                   LogSoftmax<kStream>(d, io, strip, x, y);
                 } else {
                   Softmax<kStream>(d, io, strip, x, y);
                 }
               });
}

void Run(const SoftmaxStrips& work, std::size_t begin, std::size_t end, void* room) {
  WithElement(work.element, work.stream, [&](auto value, auto stream) HWY_ATTR {
    Strips<decltype(value), decltype(stream)::value>(work, begin, end, room);
  });
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(Run);
void softmax_strips(const SoftmaxStrips& work, std::size_t begin, std::size_t end, void* room) {
  HWY_DYNAMIC_DISPATCH(Run)(work, begin, end, room);
}
}  // namespace carica::ops::cpu
#endif
