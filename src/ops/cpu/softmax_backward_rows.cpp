#include "ops/cpu/instruction_sets.h"
#include "ops/cpu/softmax_backward.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/softmax_backward_rows.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/row_block.h"
#include "ops/cpu/rows-inl.h"
#include "ops/cpu/softmax_backward-inl.h"
#include "ops/cpu/strip_passes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

template <typename T, bool kLog>
struct StripKernel {
  using C = Compute<T>;
  using D = hn::ScalableTag<C>;
  using V = hn::Vec<D>;
  static constexpr D d{};
  static constexpr std::size_t kInputs = 2;  // y, dy

  HWY_INLINE void prepare(const Strip<C>& strip) const {
    if (kLog) StartMax(d, strip, strip.spare(1));
  }
  HWY_INLINE void take(const Strip<C>& strip, std::size_t i, V y) const {
    if (!kLog) return;
    C* const max = strip.spare(1) + i;
    hn::Store(hn::Max(y, hn::Load(d, max)), d, max);
  }

  // Leaves the sum in spare(0).
  template <class Beside>
  HWY_INLINE void compute(const Strip<C>& strip, std::size_t, std::size_t, Beside&& beside) const {
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t i = 0; i < strip.pitch; i += kGroup * lanes) {
      LongSum<D> total[kGroup];
      for (auto& t : total) t.start(d);
      for (std::size_t first = 0; first < strip.size; first += kShortProductSum) {
        V part[kGroup];
        for (V& p : part) p = hn::Zero(d);
        for (std::size_t c = first; c < HWY_MIN(first + kShortProductSum, strip.size); ++c) {
          if (i == 0) beside(c);
          for (std::size_t k = 0; k < kGroup; ++k) {
            const V dy = at(strip.second(), strip, c, i + k * lanes);
            part[k] =
                hn::Add(part[k], Term<D>(dy, at(strip.values, strip, c, i + k * lanes), kLog));
          }
        }
        for (std::size_t k = 0; k < kGroup; ++k) total[k].add(part[k]);
      }
      for (std::size_t k = 0; k < kGroup; ++k) {
        hn::Store(total[k].total(), d, strip.spare(0) + i + k * lanes);
      }
    }
  }
  HWY_INLINE V result(const Strip<C>& strip, std::size_t c, std::size_t i) const {
    return Gradient(d, at(strip.second(), strip, c, i), at(strip.values, strip, c, i),
                    hn::Load(d, strip.spare(0) + i), hn::Load(d, strip.spare(1) + i), kLog);
  }

  HWY_INLINE static V at(const C* part, const Strip<C>& strip, std::size_t c, std::size_t i) {
    return hn::Load(d, part + c * strip.pitch + i);
  }

  const T* inputs[kInputs];
  T* output;
};

template <typename T, bool kStream>
void ShortRows(const SoftmaxBackward& work, std::size_t begin, std::size_t end, void* room) {
  const T *const y = static_cast<const T*>(work.y), *const dy = static_cast<const T*>(work.dy);
  T* const dx = static_cast<T*>(work.dx);
  if (work.log) {
    const StripKernel<T, true> kernel{{y, dy}, dx};
    ForShortRows<T, kStream>(kernel, work.layout, work.cut, begin, end, room);
  } else {
    const StripKernel<T, false> kernel{{y, dy}, dx};
    ForShortRows<T, kStream>(kernel, work.layout, work.cut, begin, end, room);
  }
}

/// The sum that the gradient of a row needs.
template <bool kLog, class D, typename T>
class RowTotal {
  using V = hn::Vec<D>;

 public:
  HWY_INLINE RowTotal(D d, const T* y, const T* dy, std::size_t size) : total_(d, size) {
    const auto add = [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
      add_term(k, access.only(d, access.load(d, dy + i)), access.only(d, access.load(d, y + i)));
    };
    // Vectors that are aligned lie in one cache line each.
    const std::size_t head = HWY_MIN(UntilLine(y), size), end = head % hn::Lanes(d);
    if (end > 0) add(RowEnd{end}, 0, 0);
    for (std::size_t i = end; i < head; i += hn::Lanes(d)) add(RowWhole(), 1, i);
    ForRow<kShortProductSum, RowPair>(
        d, size - head,
        [&](auto access, std::size_t k, std::size_t i) HWY_ATTR { add(access, k, head + i); },
        [&]() HWY_ATTR { total_.next(d); });
  }

  HWY_INLINE hn::TFromD<D> sum(D d) const {
    return hn::GetLane(hn::SumOfLanes(d, total_.sum.total()));
  }

 private:
  HWY_INLINE void add_term(std::size_t k, V dy, V y) {
    total_.part[k] = hn::Add(total_.part[k], Term<D>(dy, y, kLog));
  }
  HWY_INLINE void add_term(std::size_t k, const VectorPair<D>& dy, const VectorPair<D>& y) {
    add_term(k, dy.first, y.first);
    add_term(k + 1, dy.second, y.second);
  }

  RowSum<D, kShortProductSum> total_;
};

// -inf if all of a row's y are, for Gradient().
template <bool kLog, class D, typename T>
HWY_INLINE hn::Vec<D> LargestForGradient(D d, const T* y, std::size_t size) {
  if (!kLog) return hn::Zero(d);
  const auto least = hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity());
  const bool first_is_least = hn::AllTrue(d, hn::Eq(RowEnd{1}.load(d, y), least));
  return first_is_least ? RowMax(d, y, size) : hn::Zero(d);
}

// Neighbouring rows, worked on together.
template <bool kLog, bool kStream, class D, typename T>
HWY_INLINE void RowsTogether(D d, const T* y, const T* dy, T* dx, std::size_t rows,
                             std::size_t size) {
  hn::TFromD<D> sum[RowBlock::kMost] = {};
  FetchSharedLine<kStream>(dx + rows * size);
  for (std::size_t r = 0; r < rows; ++r) {
    sum[r] = RowTotal<kLog, D, T>(d, y + r * size, dy + r * size, size).sum(d);
  }
  const auto of = [&](std::size_t r) HWY_ATTR {
    return RowFactors<D>{hn::Set(d, sum[r]), LargestForGradient<kLog>(d, y + r * size, size)};
  };
  const auto value = [&](auto access, std::size_t i, std::size_t,
                         const RowFactors<D>& row) HWY_ATTR {
    return Gradient(d, access.load(d, dy + i), access.load(d, y + i), row.first, row.second, kLog);
  };
  if (size >= hn::Lanes(d)) return WriteRows<kStream, true>(d, rows, size, dx, of, value);
  for (std::size_t r = 0; r < rows; ++r) {
    WriteN(d, value(RowEnd{size}, r * size, r, of(r)), dx + r * size, size);
  }
}

template <typename T, bool kLog, bool kStream>
void LongRows(const SoftmaxBackward& work, std::size_t begin, std::size_t end) {
  const hn::ScalableTag<Compute<T>> d;
  const auto size = static_cast<std::size_t>(work.layout.size);
  const T *const y = static_cast<const T*>(work.y), *const dy = static_cast<const T*>(work.dy);
  T* const dx = static_cast<T*>(work.dx);
  const std::size_t block =
      kStream ? RowBlock::streamed_rows(size, sizeof(T)) : RowBlock::rows(size, sizeof(Compute<T>));
  for (std::size_t row = begin; row < end; row += block) {
    const std::size_t at = row * size;
    RowsTogether<kLog, kStream>(d, y + at, dy + at, dx + at, HWY_MIN(block, end - row), size);
  }
  hwy::FlushStream();
}

void RunShort(const SoftmaxBackward& work, std::size_t begin, std::size_t end, void* room) {
  WithElement(work.element, work.stream, [&](auto value, auto stream) HWY_ATTR {
    ShortRows<decltype(value), decltype(stream)::value>(work, begin, end, room);
  });
}

void RunLong(const SoftmaxBackward& work, std::size_t begin, std::size_t end) {
  WithElement(work.element, work.stream, [&](auto value, auto stream) HWY_ATTR {
    using T = decltype(value);
    if (work.log) {
      LongRows<T, true, decltype(stream)::value>(work, begin, end);
    } else {
      LongRows<T, false, decltype(stream)::value>(work, begin, end);
    }
  });
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(RunShort);
HWY_EXPORT(RunLong);
void softmax_backward_short_rows(const SoftmaxBackward& work, std::size_t begin, std::size_t end,
                                 void* room) {
  HWY_DYNAMIC_DISPATCH(RunShort)(work, begin, end, room);
}
void softmax_backward_long_rows(const SoftmaxBackward& work, std::size_t begin, std::size_t end) {
  HWY_DYNAMIC_DISPATCH(RunLong)(work, begin, end);
}
}  // namespace carica::ops::cpu
#endif
