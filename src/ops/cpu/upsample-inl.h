// Bilinear upsampling of a few columns at a time. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_UPSAMPLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_UPSAMPLE_INL_H_
#undef CARICA_OPS_CPU_UPSAMPLE_INL_H_
#else
#define CARICA_OPS_CPU_UPSAMPLE_INL_H_
#endif

#include "ops/cpu/upsample_work.h"
#include "ops/cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

// Blends two source rows of all classes, [C, pitch] each, columns [begin, begin + width) of them:
// to[c * width + i] = (1 - share) * upper + share * lower. width: whole vectors.
template <class D>
HWY_INLINE void BlendRows(D d, const UpsampleSource& source, const hn::TFromD<D>* upper,
                          const hn::TFromD<D>* lower, hn::TFromD<D> share, std::size_t begin,
                          std::size_t width, hn::TFromD<D>* to) {
  const auto low = hn::Set(d, share), high = hn::Set(d, 1 - share);
  for (std::size_t c = 0; c < source.classes; ++c) {
    const auto *a = upper + c * source.pitch + begin, *b = lower + c * source.pitch + begin;
    for (std::size_t i = 0; i < width; i += hn::Lanes(d)) {
      const auto v = hn::MulAdd(low, hn::LoadU(d, b + i), hn::Mul(high, hn::LoadU(d, a + i)));
      hn::Store(v, d, to + c * width + i);
    }
  }
}

/// One vector of output columns: where its values come from in a blended row.
template <class D>
struct ColumnSource {
  using C = hn::TFromD<D>;
  using I = hn::RebindToSigned<D>;

  // Columns x and on; blended rows begin at source column `begin`.
  HWY_INLINE ColumnSource(D d, const AxisSource& axis, std::size_t x, std::size_t begin) {
    const std::size_t lanes = hn::Lanes(d);
    const C* shares = static_cast<const C*>(axis.share) + x;
    share = hn::LoadU(d, shares);
    rest = hn::Sub(hn::Set(d, C(1)), share);
    const std::int32_t base = axis.first[x];
    const auto last = static_cast<std::int32_t>(axis.in) - 1;
    HWY_ALIGN IndexType a[HWY_MAX_BYTES / sizeof(IndexType)];
    HWY_ALIGN IndexType b[HWY_MAX_BYTES / sizeof(IndexType)];
    for (std::size_t i = 0; i < lanes; ++i) {
      a[i] = axis.first[x + i] - base;
      b[i] = HWY_MIN(axis.first[x + i] + 1, last) - base;
    }
    near = b[lanes - 1] < static_cast<IndexType>(lanes);
    offset = static_cast<std::size_t>(base) - begin;
    first = hn::Load(I(), a);
    second = hn::Load(I(), b);
  }

  // Of a blended row. kNear: all sources lie within one vector.
  template <bool kNear>
  HWY_INLINE hn::Vec<D> get(D d, const C* row) const {
    if constexpr (kNear) {
      const auto v = hn::LoadU(d, row + offset);
      const auto a = hn::TableLookupLanes(v, hn::IndicesFromVec(d, first));
      const auto b = hn::TableLookupLanes(v, hn::IndicesFromVec(d, second));
      return hn::MulAdd(share, b, hn::Mul(rest, a));
    } else {
      const auto a = hn::GatherIndex(d, row + offset, first);
      const auto b = hn::GatherIndex(d, row + offset, second);
      return hn::MulAdd(share, b, hn::Mul(rest, a));
    }
  }

  using IndexType = hn::TFromD<I>;
  bool near;
  std::size_t offset;
  hn::Vec<D> share, rest;
  hn::Vec<I> first, second;
};

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_UPSAMPLE_INL_H_
