#include "ops/cpu/instruction_sets.h"
#include "ops/cpu/softmax_backward.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/softmax_backward_columns.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/rows-inl.h"
#include "ops/cpu/softmax_backward-inl.h"
#include "ops/cpu/sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

// A strip of columns: row after row of it, as they lie in memory. They are not copied: there is
// little to compute, and what is read twice is still near the second time.
template <typename T, bool kLog, bool kStream>
class Columns {
 public:
  using C = Compute<T>;
  using D = hn::ScalableTag<C>;
  using V = hn::Vec<D>;

  Columns(const SoftmaxBackward& work, std::size_t task, C* room)
      : size_(static_cast<std::size_t>(work.layout.size)),
        stride_(static_cast<std::size_t>(work.layout.inner)),
        fetch_(work.fetch),
        sum_(room),
        lost_(sum_ + work.columns),
        max_(lost_ + work.columns) {
    const std::size_t strips = work.column_strips(), first = task % strips * work.columns;
    const std::size_t at = task / strips * size_ * stride_ + first;
    width_ = HWY_MIN(work.columns, stride_ - first);
    next_ = first + width_ < stride_ ? width_ : size_ * stride_ - first;
    y_ = static_cast<const T*>(work.y) + at;
    dy_ = static_cast<const T*>(work.dy) + at;
    dx_ = static_cast<T*>(work.dx) + at;
  }

  void run() const {
    // A few rows at a time, so that what is kept for each column is seldom touched.
    static_assert(kShortProductSum == 4);
    std::size_t c = 0;
    for (; c + 4 <= size_; c += 4) add_rows<4>(c);
    if (c + 3 == size_) add_rows<3>(c);
    if (c + 2 == size_) add_rows<2>(c);
    if (c + 1 == size_) add_rows<1>(c);
    for (std::size_t i = 0; i < width_; i += hn::Lanes(d)) {
      hn::Store(hn::Add(hn::Load(d, sum_ + i), hn::Load(d, lost_ + i)), d, sum_ + i);
    }
    for (std::size_t row = 0; row < size_; ++row) write_row(row);
  }

 private:
  // Calls body(access, i) for the vectors of a part of a row.
  template <class Body>
  HWY_INLINE void for_row(std::size_t i, std::size_t end, Body&& body) const {
    for (; i + hn::Lanes(d) <= end; i += hn::Lanes(d)) body(RowWhole(), i);
    if (i < end) body(RowEnd{end - i}, i);
  }

  template <std::size_t kRows>
  HWY_INLINE void add_rows(std::size_t first) const {
    const T *y = y_ + first * stride_, *dy = dy_ + first * stride_;
    for_row(0, width_, [&](auto access, std::size_t i) HWY_ATTR {
      V part = hn::Zero(d), max = hn::Set(d, -std::numeric_limits<C>::infinity());
      if (kLog && first > 0) max = hn::Load(d, max_ + i);
      for (std::size_t k = 0; k < kRows; ++k) {
        const V p = access.load(d, y + k * stride_ + i);
        if (kLog) max = hn::Max(p, max);
        part = hn::Add(part, Term<D>(access.load(d, dy + k * stride_ + i), p, kLog));
      }
      if (kLog) hn::Store(max, d, max_ + i);
      LongSum<D> total;
      if (first == 0) {
        total.sum = part;
        total.lost = hn::Zero(d);
      } else {
        total.sum = hn::Load(d, sum_ + i);
        total.lost = hn::Load(d, lost_ + i);
        total.add(part);
      }
      hn::Store(total.sum, d, sum_ + i);
      hn::Store(total.lost, d, lost_ + i);
    });
  }

  HWY_INLINE void write_row(std::size_t c) const {
    const T *y = y_ + c * stride_, *dy = dy_ + c * stride_;
    T* const dx = dx_ + c * stride_;
    const auto gradient = [&](auto access, std::size_t i) HWY_ATTR {
      const V sum = hn::LoadU(d, sum_ + i), max = kLog ? hn::LoadU(d, max_ + i) : hn::Zero(d);
      return Gradient(d, access.load(d, dy + i), access.load(d, y + i), sum, max, kLog);
    };
    const auto store = [&](auto access, std::size_t i) HWY_ATTR {
      access.template store<false>(d, gradient(access, i), dx + i);
    };
    // Where rows do not begin at cache lines, only sums are read across them, and what a row shares
    // of a line is stored as usual.
    constexpr std::size_t kLine = LineOf<T>();
    for (std::size_t i = 0; fetch_ && i < width_; i += kLine) {
      hwy::Prefetch(y + next_ + i);
      hwy::Prefetch(dy + next_ + i);
    }
    const auto whole = [&](std::size_t i) HWY_ATTR { return gradient(RowWhole(), i); };
    std::size_t i = HWY_MIN(UntilLine(dx), width_);
    for_row(0, i, store);
    for (; i + kLine <= width_; i += kLine) WriteLine<kStream>(d, whole, i, dx);
    for_row(i, width_, store);
  }

  static constexpr D d{};
  const std::size_t size_, stride_;
  const bool fetch_;
  std::size_t width_, next_;  // columns; from here to the next strip
  C *sum_, *lost_, *max_;
  const T *y_, *dy_;
  T* dx_;
};

template <typename T, bool kLog, bool kStream>
void Strips(const SoftmaxBackward& work, std::size_t begin, std::size_t end, void* room) {
  for (std::size_t task = begin; task < end; ++task) {
    Columns<T, kLog, kStream>(work, task, static_cast<Compute<T>*>(room)).run();
  }
  hwy::FlushStream();
}

void Run(const SoftmaxBackward& work, std::size_t begin, std::size_t end, void* room) {
  WithElement(work.element, work.stream, [&](auto value, auto stream) HWY_ATTR {
    using T = decltype(value);
    if (work.log) {
      Strips<T, true, decltype(stream)::value>(work, begin, end, room);
    } else {
      Strips<T, false, decltype(stream)::value>(work, begin, end, room);
    }
  });
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(Run);
void softmax_backward_columns(const SoftmaxBackward& work, std::size_t begin, std::size_t end,
                              void* room) {
  HWY_DYNAMIC_DISPATCH(Run)(work, begin, end, room);
}

std::size_t SoftmaxBackward::columns_together(const DimLayout& layout, std::size_t element_bytes) {
  constexpr std::size_t kCache = 384 * 1024, kLeast = 128, kMost = 512;
  constexpr std::int64_t kShort = 4, kNarrow = 8;
  const auto inner = static_cast<std::size_t>(layout.inner);
  const auto column = 2 * static_cast<std::size_t>(layout.size) * element_bytes;
  const std::size_t fits = kCache / column;
  // Measured. Of rows that begin anywhere in a cache line, few columns are read in too many lines:
  // better all of them, which lie one row behind the other.
  const bool aligned = inner * element_bytes % 64 == 0;
  const std::size_t least = element_bytes == 2 || !aligned ? kLeast : 192;
  const bool many = fits >= least && inner >= least;
  const bool all = !aligned && fits >= inner && layout.inner >= kNarrow;
  if (layout.size < kShort || (!many && !all)) return kFew;
  return std::clamp(fits / StripCut::kGroup * StripCut::kGroup, kLeast, kMost);
}
}  // namespace carica::ops::cpu
#endif
