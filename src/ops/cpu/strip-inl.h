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
#include "ops/cpu/transpose-inl.h"
#include "ops/cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

// Vectors that are worked on side by side, so that none waits for the one before.
constexpr std::size_t kGroup = 4;

template <typename C>
struct Strip {
  Strip(void* room, std::size_t values_of_a_row, std::size_t rows)
      : size(values_of_a_row),
        width(rows),
        pitch(StripCut::padded(rows)),
        values(static_cast<C*>(room)) {}

  // Behind the values: as many again, and a few for each row.
  C* second() const { return values + size * pitch; }
  C* spare(std::size_t k) const { return values + (2 * size + k) * pitch; }

  std::size_t size, width, pitch;
  C* values;
};

// A strip of columns of a tensor: `stride` lies between the values of a row.
template <typename T>
struct Columns {
  std::size_t stride;

  // Copies the strip to `to`, padded with zeros, and calls visit(v, i) for each vector of it, of
  // rows i and on.
  template <class D, class Visit>
  HWY_INLINE void read(D d, const T* x, const Strip<hn::TFromD<D>>& strip, hn::TFromD<D>* to,
                       Visit&& visit) const {
    const std::size_t lanes = hn::Lanes(d), whole = strip.width - strip.width % lanes;
    for (std::size_t c = 0; c < strip.size; ++c) {
      const T* row = x + c * stride;
      hn::TFromD<D>* out = to + c * strip.pitch;
      const auto take = [&](auto v, std::size_t i) HWY_ATTR {
        hn::Store(v, d, out + i);
        visit(v, i);
      };
      std::size_t i = 0;
      for (; i < whole; i += lanes) take(Read(d, row + i), i);
      if (i < strip.width) {
        take(ReadN(d, row + i, strip.width - i, hn::TFromD<D>(0)), i);
        i += lanes;
      }
      for (; i < strip.pitch; i += lanes) take(hn::Zero(d), i);
    }
  }

  // Writes value(c, i), a vector of results c of rows i and on.
  template <bool kStream, class D, class Value>
  HWY_INLINE void write(D d, const Strip<hn::TFromD<D>>& strip, T* y, Value&& value) const {
    const std::size_t lanes = hn::Lanes(d), whole = strip.width - strip.width % lanes;
    for (std::size_t c = 0; c < strip.size; ++c) {
      T* row = y + c * stride;
      for (std::size_t i = 0; i < whole; i += lanes) {
        WriteAs<kStream>(d, value(c, i), row + i);
      }
      if (whole < strip.width) WriteN(d, value(c, whole), row + whole, strip.width - whole);
    }
  }
};

// A strip of short contiguous rows, turned to columns. `block` has room for all their values.
template <typename T>
struct ShortRows {
  Compute<T>* block;

  template <class D, class Visit>
  HWY_INLINE void read(D d, const T* x, const Strip<hn::TFromD<D>>& strip, hn::TFromD<D>* to,
                       Visit&& visit) const {
    const Compute<T>* from;
    if constexpr (std::is_same_v<T, Compute<T>>) {
      from = x;
    } else {
      ReadAll(d, x, strip.size * strip.width, block);
      from = block;
    }
    TransposeIn(d, from, strip.width, strip.size, strip.pitch, to);
    for (std::size_t c = 0; c < strip.size; ++c) {
      for (std::size_t i = 0; i < strip.pitch; i += hn::Lanes(d)) {
        visit(hn::Load(d, to + c * strip.pitch + i), i);
      }
    }
  }

  template <bool kStream, class D, class Value>
  HWY_INLINE void write(D d, const Strip<hn::TFromD<D>>& strip, T* y, Value&& value) const {
    TransposeOut(d, strip.width, strip.size, block, value);
    WriteAll<kStream>(d, block, strip.size * strip.width, y);
  }
};

// Reads a strip and the largest value of each row: -inf of nothing. A NaN may be lost there: it
// comes back with the exponentials.
template <class D, class Io, typename T>
HWY_INLINE void ReadWithMax(D d, const Io& io, const T* x, const Strip<hn::TFromD<D>>& strip,
                            hn::TFromD<D>* max) {
  const auto least = hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity());
  for (std::size_t i = 0; i < strip.pitch; i += hn::Lanes(d)) hn::Store(least, d, max + i);
  io.read(d, x, strip, strip.values, [&](auto v, std::size_t i) HWY_ATTR {
    hn::Store(hn::Max(v, hn::Load(d, max + i)), d, max + i);
  });
}

// Replaces the values of a strip by e^(x - max), and max by the sums of rows; `lost` is what those
// have lost by rounding.
template <class D>
HWY_INLINE void Exponentiate(D d, const Strip<hn::TFromD<D>>& strip, hn::TFromD<D>* max_to_sum,
                             hn::TFromD<D>* lost) {
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < strip.pitch; i += kGroup * lanes) {
    hn::Vec<D> shift[kGroup];
    LongSum<D> sum[kGroup];
    for (std::size_t k = 0; k < kGroup; ++k) {
      shift[k] = Shift(d, hn::Load(d, max_to_sum + i + k * lanes));
      sum[k].start(d);
    }
    for (std::size_t first = 0; first < strip.size; first += kShortSum) {
      hn::Vec<D> part[kGroup];
      for (std::size_t k = 0; k < kGroup; ++k) part[k] = hn::Zero(d);
      for (std::size_t c = first; c < HWY_MIN(first + kShortSum, strip.size); ++c) {
        hn::TFromD<D>* at = strip.values + c * strip.pitch + i;
        for (std::size_t k = 0; k < kGroup; ++k) {
          const auto e = ExpOfDifference(d, hn::Load(d, at + k * lanes), shift[k]);
          hn::Store(e, d, at + k * lanes);
          part[k] = hn::Add(part[k], e);
        }
      }
      for (std::size_t k = 0; k < kGroup; ++k) sum[k].add(part[k]);
    }
    for (std::size_t k = 0; k < kGroup; ++k) {
      hn::Store(sum[k].sum, d, max_to_sum + i + k * lanes);
      hn::Store(sum[k].lost, d, lost + i + k * lanes);
    }
  }
}

// Runs body(io, strip, at, task) for tasks [begin, end): `at` is where a strip's values begin in
// the tensor. room: cut.room_bytes(), aligned to 64.
template <typename T, class Body>
HWY_INLINE void ForStrips(const DimLayout& layout, const StripCut& cut, std::size_t begin,
                          std::size_t end, void* room, Body&& body) {
  const auto size = static_cast<std::size_t>(layout.size);
  const bool columns = layout.inner > 1;
  const auto along = static_cast<std::size_t>(columns ? layout.inner : layout.outer);
  for (std::size_t task = begin; task < end; ++task) {
    const std::size_t first = task % cut.strips * cut.width;
    const Strip<Compute<T>> strip(room, size, HWY_MIN(cut.width, along - first));
    if (columns) {
      body(Columns<T>{along}, strip, task / cut.strips * size * along + first, task);
    } else {
      body(ShortRows<T>{strip.spare(StripCut::kSpares)}, strip, first * size, task);
    }
  }
  hwy::FlushStream();
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_STRIP_INL_H_
