#include "ops/cpu/cross_entropy_work.h"
#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/cross_entropy_strips.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/cross_entropy-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

template <typename T, bool kStream>
void Strips(const CrossEntropyRows& work, std::size_t begin, std::size_t end, void* room) {
  using C = Compute<T>;
  const hn::ScalableTag<C> d;
  const auto inner = static_cast<std::size_t>(work.layout.inner);
  ForStrips<T>(work.layout, work.cut, begin, end, room,
               [&](const auto& io, const auto& strip, std::size_t at, std::size_t task) HWY_ATTR {
                 StripLoss<C> loss(strip);
                 ReadWithMax(d, io, static_cast<const T*>(work.logits) + at, strip, loss.max);
                 // (o, c = 0, i) lies at o * size * inner + i; its target at o * inner + i.
                 const std::size_t block = strip.size * inner;
                 loss.begin(work.targets, at / block * inner + at % block);
                 const double sum = LossOfStrip(d, loss, static_cast<C*>(work.losses));
                 if (work.sums) work.sums[task] = sum;
                 if (!work.gradient) return;
                 PrepareGradient(d, loss);
                 io.template write<kStream>(d, strip, static_cast<T*>(work.gradient) + at,
                                            [&](std::size_t c, std::size_t i)
                                                HWY_ATTR { return GradientAt(d, loss, c, i); });
               });
}

void Run(const CrossEntropyRows& work, std::size_t begin, std::size_t end, void* room) {
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
void cross_entropy_strips(const CrossEntropyRows& work, std::size_t begin, std::size_t end,
                          void* room) {
  HWY_DYNAMIC_DISPATCH(Run)(work, begin, end, room);
}
}  // namespace carica::ops::cpu
#endif
