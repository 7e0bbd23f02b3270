#include "ops/cpu/softmax_strips.h"

#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/softmax_strips.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/log_sum-inl.h"
#include "ops/cpu/strip_passes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

template <typename T>
struct SoftmaxKernel : MaxKernel<T> {
  using typename MaxKernel<T>::C;
  using typename MaxKernel<T>::D;
  using typename MaxKernel<T>::V;
  using MaxKernel<T>::d;

  // Leaves 1 / sum in two parts in spare(0) and spare(1).
  template <class Beside>
  HWY_INLINE void compute(const Strip<C>& strip, std::size_t, std::size_t, Beside&& beside) const {
    C *const high = strip.spare(0), *const low = strip.spare(1);
    Exponentiate(d, strip, high, low, beside);
    ForPitch(d, strip, [&](std::size_t i) HWY_ATTR {
      const Inverse<D> inverse(d, hn::Load(d, high + i), hn::Load(d, low + i));
      hn::Store(inverse.high, d, high + i);
      hn::Store(inverse.low, d, low + i);
    });
  }
  HWY_INLINE V result(const Strip<C>& strip, std::size_t c, std::ptrdiff_t i) const {
    const V e = hn::LoadU(d, strip.values + c * strip.pitch + i);
    const V high = hn::LoadU(d, strip.spare(0) + i);
    if constexpr (!std::is_same_v<T, C>) return hn::Mul(e, high);  // rounded once more anyhow
    return TimesInverse(e, high, hn::LoadU(d, strip.spare(1) + i));
  }
};

template <typename T>
struct LogSoftmaxKernel : MaxKernel<T> {
  using typename MaxKernel<T>::C;
  using typename MaxKernel<T>::D;
  using typename MaxKernel<T>::V;
  using MaxKernel<T>::d;
  // Vectors worked on side by side: there is much to keep for each in registers.
  static constexpr std::size_t kTogether = 2;

  // Leaves what to subtract in spare(0) and, after it, spare(1).
  template <class Beside>
  HWY_INLINE void compute(const Strip<C>& strip, std::size_t, std::size_t, Beside&& beside) const {
    const std::size_t lanes = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + kTogether * lanes <= strip.pitch; i += kTogether * lanes) {
      sum_rows<kTogether>(strip, i, beside);
    }
    for (; i < strip.pitch; i += lanes) sum_rows<1>(strip, i, beside);
  }
  HWY_INLINE V result(const Strip<C>& strip, std::size_t c, std::ptrdiff_t i) const {
    const V v = hn::LoadU(d, strip.values + c * strip.pitch + i);
    const V shift = hn::LoadU(d, strip.spare(0) + i), log = hn::LoadU(d, strip.spare(1) + i);
    return LogProbability(d, v, shift, log);
  }

 private:
  // compute() of kVectors vectors of rows, from row i on.
  template <std::size_t kVectors, class Beside>
  HWY_INLINE void sum_rows(const Strip<C>& strip, std::size_t i, Beside&& beside) const {
    const std::size_t lanes = hn::Lanes(d);
    C *const max = strip.spare(0) + i, *const log = strip.spare(1) + i;
    typename LogSum<D>::Exp exp[kVectors];
    V largest[kVectors];
    LongSum<D> rest[kVectors];
    for (std::size_t k = 0; k < kVectors; ++k) {
      exp[k] = typename LogSum<D>::Exp(d, Shift(d, hn::Load(d, max + k * lanes)));
      largest[k] = hn::Zero(d);
      rest[k].start(d);
    }
    for (std::size_t first = 0; first < strip.size; first += kShortSum) {
      V beyond[kVectors];
      for (V& b : beyond) b = hn::Zero(d);
      for (std::size_t c = first; c < HWY_MIN(first + kShortSum, strip.size); ++c) {
        if (i == 0) beside(c);
        const C* at = strip.values + c * strip.pitch + i;
        for (std::size_t k = 0; k < kVectors; ++k) {
          const LogSum<D> sum(d, hn::Load(d, max + k * lanes), exp[k]);
          const V x = hn::Load(d, at + k * lanes);
          const auto is_largest = sum.is_largest(d, x);
          largest[k] = hn::Add(largest[k], hn::IfThenElseZero(is_largest, hn::Set(d, C(1))));
          const auto term = sum.term(d, x, is_largest);
          rest[k].add(term.whole);
          beyond[k] = hn::MulAdd(term.beyond, term.whole, beyond[k]);
        }
      }
      for (std::size_t k = 0; k < kVectors; ++k) rest[k].add(beyond[k]);
    }
    for (std::size_t k = 0; k < kVectors; ++k) {
      const V m = hn::Load(d, max + k * lanes);
      hn::Store(LogSum<D>(d, m, exp[k]).log(d, rest[k], largest[k]), d, log + k * lanes);
      hn::Store(Shift(d, m), d, max + k * lanes);
    }
  }
};

template <typename T, bool kStream>
void Strips(const SoftmaxStrips& work, std::size_t begin, std::size_t end, void* room) {
  const MaxKernel<T> tensors{{static_cast<const T*>(work.x)}, static_cast<T*>(work.y)};
  if (work.log) {
    ForStrips<T, kStream>(LogSoftmaxKernel<T>{tensors}, work.layout, work.cut, begin, end, room);
  } else {
    ForStrips<T, kStream>(SoftmaxKernel<T>{tensors}, work.layout, work.cut, begin, end, room);
  }
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
