#include "ops/cpu/instruction_sets.h"
#include "ops/cpu/softmax_backward.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/softmax_backward_rows.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/row_block.h"
#include "ops/cpu/row_writer-inl.h"
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

/// The gradients of neighbouring rows: while a block of them is summed up, the one before is
/// written.
template <bool kLog, bool kStream, class D, typename T>
class GradientStream {
  using C = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using Writer = RowWriter<kStream, true, D, T>;
  static constexpr std::size_t kMost = RowBlock::kMost;
  // Measured: what lies so far ahead is fetched where there is more to do with a line than to load
  // it.
  static constexpr std::size_t kAhead = 2048 / sizeof(T), kNarrow = 64;

 public:
  HWY_INLINE GradientStream(D d, T* dx, std::size_t size) : size_(size), writer_(d, dx) {}

  HWY_INLINE void run(D d, const T* y, const T* dy, std::size_t rows) {
    Block &block = blocks_[now_], &last = blocks_[1 - now_];
    // Copies: a vector that is stored may lie anywhere, as the compiler sees it.
    const std::size_t size = size_;
    Writer writer = writer_;
    const auto value = last.value(d);
    const bool fetch = kLog || sizeof(T) == 2 || size < kNarrow;
    HWY_ALIGN C vectors[kMost * hn::MaxLanes(D())];
    for (std::size_t r = 0; r < rows; ++r) {
      const T *const row = y + r * size, *const gradient = dy + r * size;
      RowSum<D, kShortProductSum> total(d, size);
      const auto add = [&](std::size_t k, V g, V p) HWY_ATTR {
        total.part[k] = hn::Add(total.part[k], Term<D>(g, p, kLog));
      };
      ForRow<kShortProductSum, RowPair>(
          d, size,
          [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
            if (kStream && fetch) {
              hwy::Prefetch(row + i + kAhead);
              hwy::Prefetch(gradient + i + kAhead);
            }
            const auto g = access.only(d, access.load(d, gradient + i));
            const auto p = access.only(d, access.load(d, row + i));
            constexpr bool is_pair = std::is_same_v<decltype(access), RowPair>;
            if constexpr (is_pair) {
              add(k, g.first, p.first);
              add(k + 1, g.second, p.second);
            } else {
              add(k, g, p);
            }
            // Into the caches is faster in loops of its own.
            if constexpr (kStream) {
              if (is_pair) writer.step(d, k, value);
              writer.step(d, is_pair ? k + 1 : k, value);
            }
          },
          [&]() HWY_ATTR { total.next(d); });
      hn::Store(total.sum.total(), d, vectors + r * hn::Lanes(d));
      if (kLog) block.factors.second[r] = largest(d, row, size);
    }
    if (kStream) writer.finish(d, value);
    SumOfRows(d, vectors, rows, block.factors.first);
    block.y = y - writer.begin();
    block.dy = dy - writer.begin();
    writer.start(d, rows, size, block.factors, block.value(d));
    if (!kStream) writer.finish(d, block.value(d));
    writer_ = writer;
    now_ = 1 - now_;
  }
  /// After all blocks.
  HWY_INLINE void finish(D d) { writer_.end(d, blocks_[1 - now_].value(d)); }

 private:
  struct Block {
    HWY_INLINE auto value(D d) const {
      return [d, p = y, g = dy](auto access, std::size_t place, const RowFactors<D>& row) HWY_ATTR {
        return Gradient(d, access.load(d, g + place), access.load(d, p + place), row.first,
                        row.second, kLog);
      };
    }

    const T *y = nullptr, *dy = nullptr;  // what lies at place 0
    BlockFactors<C> factors;
  };

  // -inf if all of a row's y are, for Gradient().
  HWY_INLINE static C largest(D d, const T* y, std::size_t size) {
    const auto least = hn::Set(d, -std::numeric_limits<C>::infinity());
    const bool first_is_least = hn::AllTrue(d, hn::Eq(RowEnd{1}.load(d, y), least));
    return first_is_least ? hn::GetLane(RowMax(d, y, size)) : C(0);
  }

  std::size_t size_, now_ = 0;
  Block blocks_[2];
  Writer writer_;
};

template <typename T, bool kLog, bool kStream>
void LongRows(const SoftmaxBackward& work, std::size_t begin, std::size_t end) {
  using D = hn::ScalableTag<Compute<T>>;
  const D d;
  const auto size = static_cast<std::size_t>(work.layout.size);
  const T *const y = static_cast<const T*>(work.y), *const dy = static_cast<const T*>(work.dy);
  T* const dx = static_cast<T*>(work.dx);
  const std::size_t block = RowBlock::rows(size, 2 * sizeof(Compute<T>));  // y and dy
  GradientStream<kLog, kStream, D, T> stream(d, dx + begin * size, size);
  for (std::size_t row = begin; row < end; row += block) {
    const std::size_t at = row * size;
    stream.run(d, y + at, dy + at, HWY_MIN(block, end - row));
  }
  stream.finish(d);
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
