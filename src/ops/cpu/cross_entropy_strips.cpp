#include "ops/cpu/cross_entropy_work.h"
#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/cross_entropy_strips.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/cross_entropy-inl.h"
#include "ops/cpu/strip_passes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

template <typename T>
struct CrossEntropyKernel : MaxKernel<T> {
  using typename MaxKernel<T>::C;
  using typename MaxKernel<T>::D;
  using typename MaxKernel<T>::V;
  using MaxKernel<T>::d;

  template <class Beside>
  HWY_INLINE void compute(const Strip<C>& strip, std::size_t at, std::size_t task,
                          Beside&& beside) const {
    const StripLoss<D> loss(strip, work.targets);
    // (o, c = 0, i) lies at o * size * inner + i; its target at o * inner + i.
    const auto inner = static_cast<std::size_t>(work.layout.inner);
    const std::size_t first = at / (strip.size * inner) * inner + at % (strip.size * inner);
    loss.begin(first);
    C* const losses = work.losses ? static_cast<C*>(work.losses) + first : nullptr;
    const double sum = LossOfStrip(d, loss, losses, beside);
    if (work.sums) work.sums[task] = sum;
    if (this->output) PrepareGradient(d, loss);
  }
  HWY_INLINE V result(const Strip<C>& strip, std::size_t c, std::ptrdiff_t i) const {
    return GradientAt(d, StripLoss<D>(strip, work.targets), c, i);
  }

  const CrossEntropyRows& work;
};

template <typename T, bool kStream>
void Strips(const CrossEntropyRows& work, std::size_t begin, std::size_t end, void* room) {
  const CrossEntropyKernel<T> kernel{
      {{static_cast<const T*>(work.logits)}, static_cast<T*>(work.gradient)}, work};
  ForStrips<T, kStream>(kernel, work.layout, work.cut, begin, end, room);
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
