// Passes over long contiguous rows. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_ROWS_INL_H_
#undef CARICA_OPS_CPU_ROWS_INL_H_
#else
#define CARICA_OPS_CPU_ROWS_INL_H_
#endif

#include "ops/cpu/sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

// A whole vector of a row, or its last lanes; the lanes beyond are -inf, which adds e^-inf = 0.
struct RowWhole {
  template <class D, typename T>
  HWY_INLINE hn::Vec<D> load(D d, const T* from) const {
    return Read(d, from);
  }
  template <bool kStream, class D, typename T>
  HWY_INLINE void store(D d, hn::Vec<D> v, T* to) const {
    WriteAs<kStream>(d, v, to);
  }
  // The lanes that count; 0 in the others.
  template <class D>
  HWY_INLINE hn::Vec<D> only(D /*d*/, hn::Vec<D> v) const {
    return v;
  }
};
// Two whole vectors.
struct RowPair {
  template <class D, typename T>
  HWY_INLINE VectorPair<D> load(D d, const T* from) const {
    return ReadPair(d, from);
  }
  template <class D>
  HWY_INLINE VectorPair<D> only(D /*d*/, const VectorPair<D>& v) const {
    return v;
  }
};
struct RowEnd {
  std::size_t lanes;
  template <class D, typename T>
  HWY_INLINE hn::Vec<D> load(D d, const T* from) const {
    return ReadN(d, from, lanes, -std::numeric_limits<hn::TFromD<D>>::infinity());
  }
  template <bool, class D, typename T>
  HWY_INLINE void store(D d, hn::Vec<D> v, T* to) const {
    WriteN(d, v, to, lanes);
  }
  template <class D>
  HWY_INLINE hn::Vec<D> only(D d, hn::Vec<D> v) const {
    return hn::IfThenElseZero(hn::FirstN(d, lanes), v);
  }
};

// Calls body(access, k, i) for the vectors that cover a row; k < kRowGroup names an accumulator, so
// that neighbours do not wait for each other. After each kShort rounds of kRowGroup vectors, and at
// the end, calls block(). Step: RowWhole, or RowPair for two accumulators from k.
constexpr std::size_t kRowGroup = 4;

template <std::size_t kShort = kShortSum, class Step = RowWhole, class D, class Body, class Block>
HWY_INLINE void ForRow(D d, std::size_t size, Body&& body, Block&& block) {
  const std::size_t lanes = hn::Lanes(d);
  constexpr std::size_t kStep = std::is_same_v<Step, RowPair> ? 2 : 1;
  std::size_t i = 0;
  for (std::size_t round = 0; i + kRowGroup * lanes <= size; i += kRowGroup * lanes) {
    for (std::size_t k = 0; k < kRowGroup; k += kStep) body(Step(), k, i + k * lanes);
    if (++round % kShort == 0) block();
  }
  const std::size_t whole = (size - i) / lanes, end = i + whole * lanes;
  static_assert(kRowGroup == 4);
  if (whole > 0) body(RowWhole(), 0, i);
  if (whole > 1) body(RowWhole(), 1, i + lanes);
  if (whole > 2) body(RowWhole(), 2, i + 2 * lanes);
  if (end < size) body(RowEnd{size - end}, 3, end);
  block();
}
template <class D, class Body>
HWY_INLINE void ForRow(D d, std::size_t size, Body&& body) {
  ForRow(d, size, body, [] {});
}

/// The sum of a row's terms: ForRow<kShort>() adds them to part[k] and calls next() after each
/// block.
template <class D, std::size_t kShort = kShortSum>
struct RowSum {
  using V = hn::Vec<D>;

  HWY_INLINE RowSum(D d, std::size_t size) : single(size < kRowGroup * kShort * hn::Lanes(d)) {
    for (V& p : part) p = hn::Zero(d);
    sum.start(d);
  }
  HWY_INLINE void next(D d) {
    if (single) {  // too few to lose digits
      sum.sum = hn::Add(part[0], part[1]);
      sum.lost = hn::Add(part[2], part[3]);
      return;
    }
    for (const V p : part) sum.add(p);
    for (V& p : part) p = hn::Zero(d);
  }

  // Whether there is but one block.
  const bool single;
  V part[kRowGroup];
  LongSum<D> sum;
};

// The largest value of a row, by lanes. A NaN may be lost: it comes back with the exponentials.
template <class D, typename T>
HWY_INLINE hn::Vec<D> RowMaxByLanes(D d, const T* x, std::size_t size) {
  using V = hn::Vec<D>;
  V max[kRowGroup];
  for (V& m : max) m = hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity());
  ForRow(d, size, [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
    max[k] = hn::Max(access.load(d, x + i), max[k]);
  });
  return hn::Max(hn::Max(max[0], max[1]), hn::Max(max[2], max[3]));
}
// The same in all lanes.
template <class D, typename T>
HWY_INLINE hn::Vec<D> RowMax(D d, const T* x, std::size_t size) {
  return hn::MaxOfLanes(d, RowMaxByLanes(d, x, size));
}

// The largest value of each of neighbouring rows. room: a vector of each, aligned.
template <class D, typename T>
HWY_INLINE void MaxOfRows(D d, const T* x, std::size_t rows, std::size_t size, hn::TFromD<D>* max,
                          hn::TFromD<D>* room) {
  for (std::size_t r = 0; r < rows; ++r) {
    hn::Store(RowMaxByLanes(d, x + r * size, size), d, room + r * hn::Lanes(d));
  }
  MaxOfRows(d, room, rows, max);
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_ROWS_INL_H_
