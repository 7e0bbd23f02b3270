// Strips: neighbouring rows of a softmax side by side in working memory, in compute type, value c
// of row i at values[c * pitch + i], so that a vector holds the same value of many rows. That fits
// a core's cache at any stride, where rows of the tensor that lie a power of two apart would push
// each other out. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_STRIP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_STRIP_INL_H_
#undef CARICA_OPS_CPU_STRIP_INL_H_
#else
#define CARICA_OPS_CPU_STRIP_INL_H_
#endif

#include "ops/cpu/strip_cut.h"
#include "ops/cpu/sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

// Vectors that are worked on side by side, so that none waits for the one before.
constexpr std::size_t kGroup = 4;

template <typename C>
struct Strip {
  Strip(C* room, std::size_t values_of_a_row, std::size_t rows)
      : Strip(room, values_of_a_row, rows, StripCut::padded(rows)) {}
  // padded_rows: whole vectors.
  Strip(C* room, std::size_t values_of_a_row, std::size_t rows, std::size_t padded_rows)
      : size(values_of_a_row),
        width(rows),
        pitch(padded_rows),
        values(room),
        spares(room + 2 * size * pitch) {}

  // Behind the values: as many again, and a few for each row.
  C* second() const { return values + size * pitch; }
  C* spare(std::size_t k) const { return spares + k * pitch; }
  // Where value c of row i lies.
  std::size_t place(std::size_t c, std::size_t i) const { return c * pitch + i; }

  std::size_t size, width, pitch;
  C* values;
  C* spares;
};

// Calls body(i) for the vectors of a strip's rows.
template <class D, class Of, class Body>
HWY_INLINE void ForPitch(D d, const Of& strip, Body&& body) {
  for (std::size_t i = 0; i < strip.pitch; i += hn::Lanes(d)) body(i);
}

template <class D>
HWY_INLINE void StartMax(D d, const Strip<hn::TFromD<D>>& strip, hn::TFromD<D>* max) {
  const auto least = hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity());
  ForPitch(d, strip, [&](std::size_t i) HWY_ATTR { hn::Store(least, d, max + i); });
}

// Exponentiate() of kVectors vectors of rows, from row i on.
template <std::size_t kVectors, class D, class Beside>
HWY_INLINE void ExponentiateRows(D d, const Strip<hn::TFromD<D>>& strip, std::size_t i,
                                 hn::TFromD<D>* max_to_sum, hn::TFromD<D>* lost, Beside&& beside) {
  const std::size_t lanes = hn::Lanes(d);
  RowExp<D> exp[kVectors];
  LongSum<D> sum[kVectors];
  for (std::size_t k = 0; k < kVectors; ++k) {
    exp[k] = RowExp<D>(d, Shift(d, hn::Load(d, max_to_sum + i + k * lanes)));
    sum[k].start(d);
  }
  for (std::size_t first = 0; first < strip.size; first += kShortSum) {
    hn::Vec<D> part[kVectors];
    for (std::size_t k = 0; k < kVectors; ++k) part[k] = hn::Zero(d);
    for (std::size_t c = first; c < HWY_MIN(first + kShortSum, strip.size); ++c) {
      if (i == 0) beside(c);
      hn::TFromD<D>* at = strip.values + c * strip.pitch + i;
      for (std::size_t k = 0; k < kVectors; ++k) {
        const auto e = exp[k](d, hn::Load(d, at + k * lanes));
        hn::Store(e, d, at + k * lanes);
        part[k] = hn::Add(part[k], e);
      }
    }
    for (std::size_t k = 0; k < kVectors; ++k) sum[k].add(part[k]);
  }
  for (std::size_t k = 0; k < kVectors; ++k) {
    hn::Store(sum[k].sum, d, max_to_sum + i + k * lanes);
    hn::Store(sum[k].lost, d, lost + i + k * lanes);
  }
}

// Replaces the values of a strip by those of RowExp, and max by the sums of rows; `lost` is what
// those have lost by rounding. Calls beside(c) once for each c: work that needs other parts of a
// core.
template <class D, class Beside>
HWY_INLINE void Exponentiate(D d, const Strip<hn::TFromD<D>>& strip, hn::TFromD<D>* max_to_sum,
                             hn::TFromD<D>* lost, Beside&& beside) {
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + kGroup * lanes <= strip.pitch; i += kGroup * lanes) {
    ExponentiateRows<kGroup>(d, strip, i, max_to_sum, lost, beside);
  }
  for (; i < strip.pitch; i += lanes) ExponentiateRows<1>(d, strip, i, max_to_sum, lost, beside);
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_STRIP_INL_H_
