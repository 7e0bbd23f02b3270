#include "ops/cpu/instruction_sets.h"
#include "ops/cpu/upsample_work.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/upsample_argmax.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/upsample-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

// The class of the largest value of each lane: of equal ones the first; NaN is larger than all.
template <bool kNear, class D>
HWY_INLINE hn::Vec<hn::RebindToSigned<D>> LargestClass(D d, const ColumnSource<D>& column,
                                                       const hn::TFromD<D>* blended,
                                                       std::size_t width, std::size_t classes) {
  using I = hn::RebindToSigned<D>;
  const I di;
  auto largest = column.template get<kNear>(d, blended);
  auto label = hn::Zero(di);
  for (std::size_t c = 1; c < classes; ++c) {
    const auto v = column.template get<kNear>(d, blended + c * width);
    const auto first_nan = hn::AndNot(hn::IsNaN(largest), hn::IsNaN(v));
    const auto better = hn::Or(hn::Gt(v, largest), first_nan);
    largest = hn::IfThenElse(better, v, largest);
    label = hn::IfThenElse(hn::RebindMask(di, better), hn::Set(di, static_cast<hn::TFromD<I>>(c)),
                           label);
  }
  return label;
}

template <typename C>
void Rows(const UpsampleSource& source, std::size_t begin, std::size_t end, std::uint8_t* labels,
          C* room) {
  using D = hn::ScalableTag<C>;
  using I = hn::RebindToSigned<D>;
  const D d;
  for (std::size_t row = begin; row < end; ++row) {
    const std::size_t picture = row / source.y.out, y = row % source.y.out;
    const auto first = static_cast<std::size_t>(source.y.first[y]);
    const std::size_t second = HWY_MIN(first + 1, source.y.in - 1);
    const C* rows =
        static_cast<const C*>(source.logits) + picture * source.y.in * source.row_values();
    const std::size_t width = source.pitch;
    BlendRows(d, source, rows + first * source.row_values(), rows + second * source.row_values(),
              static_cast<const C*>(source.y.share)[y], 0, width, room);
    std::uint8_t* out = labels + row * source.x.out;
    for (std::size_t x = 0; x < source.x.out; x += hn::Lanes(d)) {
      const ColumnSource<D> column(d, source.x, x, 0);
      const auto label = column.near ? LargestClass<true>(d, column, room, width, source.classes)
                                     : LargestClass<false>(d, column, room, width, source.classes);
      HWY_ALIGN hn::TFromD<I> values[HWY_MAX_BYTES / sizeof(hn::TFromD<I>)];
      hn::Store(label, I(), values);
      const std::size_t n = HWY_MIN(hn::Lanes(d), source.x.out - x);
      for (std::size_t i = 0; i < n; ++i) out[x + i] = static_cast<std::uint8_t>(values[i]);
    }
  }
}

void Run(const UpsampleSource& source, std::size_t begin, std::size_t end, std::uint8_t* labels,
         void* room) {
  if (source.is_double) return Rows(source, begin, end, labels, static_cast<double*>(room));
  Rows(source, begin, end, labels, static_cast<float*>(room));
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(Run);
void upsample_argmax_rows(const UpsampleSource& source, std::size_t begin, std::size_t end,
                          std::uint8_t* labels, void* room) {
  HWY_DYNAMIC_DISPATCH(Run)(source, begin, end, labels, room);
}
}  // namespace carica::ops::cpu
#endif
