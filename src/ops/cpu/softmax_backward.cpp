#include "ops/cpu/softmax_backward.h"

#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/softmax_backward.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/rows-inl.h"
#include "ops/cpu/strip-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

// What the sum is over.
template <class D>
HWY_INLINE hn::Vec<D> Term(hn::Vec<D> dy, hn::Vec<D> y, bool log) {
  return log ? dy : hn::Mul(dy, y);
}

// dx from the row's sum: y (dy - sum), or dy - e^y sum. `max` is the largest y of the row: -inf
// says that all are, and there is no gradient then.
template <class D>
HWY_INLINE hn::Vec<D> Gradient(D d, hn::Vec<D> dy, hn::Vec<D> y, hn::Vec<D> sum, hn::Vec<D> max,
                               bool log) {
  if (!log) return hn::Mul(y, hn::Sub(dy, sum));
  const auto dx = hn::NegMulAdd(ExpOf(d, y, hn::Zero(d)), sum, dy);
  return hn::IfThenZeroElse(
      hn::Eq(max, hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity())), dx);
}

template <typename T, bool kStream>
void Strips(const SoftmaxBackward& work, std::size_t begin, std::size_t end, void* room) {
  const hn::ScalableTag<Compute<T>> d;
  using V = hn::Vec<decltype(d)>;
  ForStrips<T>(
      work.layout, work.cut, begin, end, room,
      [&](const auto& io, const auto& strip, std::size_t at, std::size_t) HWY_ATTR {
        auto *const y = strip.values, *const dy = strip.second();
        auto *const sum = strip.spare(0), *const max = strip.spare(1);
        if (work.log) {
          ReadWithMax(d, io, static_cast<const T*>(work.y) + at, strip, max);
        } else {
          io.read(d, static_cast<const T*>(work.y) + at, strip, y, [](V, std::size_t) HWY_ATTR {});
        }
        io.read(d, static_cast<const T*>(work.dy) + at, strip, dy, [](V, std::size_t) HWY_ATTR {});
        for (std::size_t i = 0; i < strip.pitch; i += hn::Lanes(d)) {
          LongSum<decltype(d)> total;
          total.start(d);
          for (std::size_t first = 0; first < strip.size; first += kShortSum) {
            auto part = hn::Zero(d);
            for (std::size_t c = first; c < HWY_MIN(first + kShortSum, strip.size); ++c) {
              const std::size_t k = c * strip.pitch + i;
              part = hn::Add(part,
                             Term<decltype(d)>(hn::Load(d, dy + k), hn::Load(d, y + k), work.log));
            }
            total.add(part);
          }
          hn::Store(total.total(), d, sum + i);
        }
        io.template write<kStream>(
            d, strip, static_cast<T*>(work.dx) + at, [&](std::size_t c, std::size_t i) HWY_ATTR {
              const std::size_t k = c * strip.pitch + i;
              return Gradient(d, hn::Load(d, dy + k), hn::Load(d, y + k), hn::Load(d, sum + i),
                              hn::Load(d, max + i), work.log);
            });
      });
}

template <typename T, bool kStream>
void Rows(const SoftmaxBackward& work, std::size_t begin, std::size_t end) {
  const hn::ScalableTag<Compute<T>> d;
  using V = hn::Vec<decltype(d)>;
  const auto size = static_cast<std::size_t>(work.layout.size);
  for (std::size_t row = begin; row < end; ++row) {
    const T* y = static_cast<const T*>(work.y) + row * size;
    const T* dy = static_cast<const T*>(work.dy) + row * size;
    T* dx = static_cast<T*>(work.dx) + row * size;
    V part[kRowGroup];
    for (V& p : part) p = hn::Zero(d);
    LongSum<decltype(d)> total;
    total.start(d);
    ForRow(
        d, size,
        [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
          const V g = access.only(d, access.load(d, dy + i));
          const V term = Term<decltype(d)>(g, access.only(d, access.load(d, y + i)), work.log);
          part[k] = hn::Add(part[k], term);
        },
        [&]() HWY_ATTR {
          total.add(hn::Add(hn::Add(part[0], part[1]), hn::Add(part[2], part[3])));
          for (V& p : part) p = hn::Zero(d);
        });
    const V sum = hn::SumOfLanes(d, total.total());
    const V max = work.log ? RowMax(d, y, size) : hn::Zero(d);
    ForRow(d, size, [&](auto access, std::size_t, std::size_t i) HWY_ATTR {
      const V v = Gradient(d, access.load(d, dy + i), access.load(d, y + i), sum, max, work.log);
      access.template store<kStream>(d, v, dx + i);
    });
  }
  hwy::FlushStream();
}

void RunStrips(const SoftmaxBackward& work, std::size_t begin, std::size_t end, void* room) {
  WithElement(work.element, work.stream, [&](auto value, auto stream) HWY_ATTR {
    Strips<decltype(value), decltype(stream)::value>(work, begin, end, room);
  });
}

void RunRows(const SoftmaxBackward& work, std::size_t begin, std::size_t end) {
  const auto size = static_cast<std::size_t>(work.layout.size);
  WithElement(work.element, StreamsRows(work.stream, size), [&](auto value, auto stream) HWY_ATTR {
    Rows<decltype(value), decltype(stream)::value>(work, begin, end);
  });
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(RunStrips);
HWY_EXPORT(RunRows);
void softmax_backward_strips(const SoftmaxBackward& work, std::size_t begin, std::size_t end,
                             void* room) {
  HWY_DYNAMIC_DISPATCH(RunStrips)(work, begin, end, room);
}
void softmax_backward_rows(const SoftmaxBackward& work, std::size_t begin, std::size_t end) {
  HWY_DYNAMIC_DISPATCH(RunRows)(work, begin, end);
}
}  // namespace carica::ops::cpu
#endif
