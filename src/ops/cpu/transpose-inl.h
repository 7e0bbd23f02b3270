// Short contiguous rows to columns and back. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_TRANSPOSE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_TRANSPOSE_INL_H_
#undef CARICA_OPS_CPU_TRANSPOSE_INL_H_
#else
#define CARICA_OPS_CPU_TRANSPOSE_INL_H_
#endif

#include "ops/cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

// Whether vectors are made of blocks of four values, which the fast path turns.
template <class D>
constexpr bool kTurnsBlocks = sizeof(hn::TFromD<D>) == 4 && hn::MaxLanes(D()) >= 4;

#if HWY_TARGET != HWY_SCALAR  // which has no blocks

// Four values each of rows at `from`, `from` + 4 size, ...: one block of the vector for each row.
template <class D>
HWY_INLINE hn::Vec<D> ReadBlocks(D d, const float* from, std::size_t size) {
  if constexpr (hn::MaxLanes(D()) == 4) {
    return hn::LoadU(d, from);
  } else {
    const hn::Half<D> half;
    const std::size_t upper = hn::MaxLanes(D()) / 2 * size;
    return hn::Combine(d, ReadBlocks(half, from + upper, size), ReadBlocks(half, from, size));
  }
}
template <class D>
HWY_INLINE void WriteBlocks(D d, hn::Vec<D> v, float* to, std::size_t size) {
  if constexpr (hn::MaxLanes(D()) == 4) {
    hn::StoreU(v, d, to);
  } else {
    const hn::Half<D> half;
    const std::size_t upper = hn::MaxLanes(D()) / 2 * size;
    WriteBlocks(half, hn::LowerHalf(half, v), to, size);
    WriteBlocks(half, hn::UpperHalf(half, v), to + upper, size);
  }
}

// Transposes the 4x4 values of each block of four vectors.
template <class D>
HWY_INLINE void TurnBlocks(D d, hn::Vec<D> (&v)[4]) {
  const hn::RepartitionToWide<D> wide;
  const auto a = hn::InterleaveLower(d, v[0], v[1]);  // 00 10 01 11
  const auto b = hn::InterleaveUpper(d, v[0], v[1]);  // 02 12 03 13
  const auto c = hn::InterleaveLower(d, v[2], v[3]);
  const auto e = hn::InterleaveUpper(d, v[2], v[3]);
  const auto pair = [&](auto low, auto high, bool upper) HWY_ATTR {
    const auto x = hn::BitCast(wide, low), y = hn::BitCast(wide, high);
    return hn::BitCast(d,
                       upper ? hn::InterleaveUpper(wide, x, y) : hn::InterleaveLower(wide, x, y));
  };
  v[0] = pair(a, c, false);
  v[1] = pair(a, c, true);
  v[2] = pair(b, e, false);
  v[3] = pair(b, e, true);
}

#endif

// to[c * pitch + i] = from[i * size + c] for i < rows, and 0 for i up to `pitch`.
template <class D>
HWY_INLINE void TransposeIn(D d, const hn::TFromD<D>* from, std::size_t rows, std::size_t size,
                            std::size_t pitch, hn::TFromD<D>* to) {
  std::size_t i = 0;
  if constexpr (kTurnsBlocks<D>) {
    constexpr std::size_t kLanes = hn::MaxLanes(D());
    if (size >= 4) {
      for (; i + kLanes <= rows; i += kLanes) {
        for (std::size_t c = 0; c < size; c += 4) {
          const std::size_t first = HWY_MIN(c, size - 4);  // the last four overlap
          const float* at = from + i * size + first;
          hn::Vec<D> v[4];
          for (std::size_t r = 0; r < 4; ++r) v[r] = ReadBlocks(d, at + r * size, size);
          TurnBlocks(d, v);
          for (std::size_t r = 0; r < 4; ++r) hn::Store(v[r], d, to + (first + r) * pitch + i);
        }
      }
    }
  }
  for (std::size_t c = 0; c < size && i < pitch; ++c) {
    for (std::size_t j = i; j < rows; ++j) to[c * pitch + j] = from[j * size + c];
    for (std::size_t j = rows; j < pitch; ++j) to[c * pitch + j] = 0;
  }
}

// to[i * size + c] = value(c, i), a vector of rows i and on, for i < rows.
template <class D, class Value>
HWY_INLINE void TransposeOut(D d, std::size_t rows, std::size_t size, hn::TFromD<D>* to,
                             Value&& value) {
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  if constexpr (kTurnsBlocks<D>) {
    if (size >= 4) {
      for (; i + lanes <= rows; i += lanes) {
        for (std::size_t c = 0; c < size; c += 4) {
          const std::size_t first = HWY_MIN(c, size - 4);
          hn::Vec<D> v[4];
          for (std::size_t r = 0; r < 4; ++r) v[r] = value(first + r, i);
          TurnBlocks(d, v);
          float* at = to + i * size + first;
          for (std::size_t r = 0; r < 4; ++r) WriteBlocks(d, v[r], at + r * size, size);
        }
      }
    }
  }
  HWY_ALIGN hn::TFromD<D> buffer[HWY_MAX_BYTES / sizeof(hn::TFromD<D>)] = {};
  for (; i < rows; i += lanes) {
    for (std::size_t c = 0; c < size; ++c) {
      hn::Store(value(c, i), d, buffer);
      for (std::size_t j = i; j < HWY_MIN(i + lanes, rows); ++j) to[j * size + c] = buffer[j - i];
    }
  }
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_TRANSPOSE_INL_H_
