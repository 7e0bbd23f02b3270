// Softmax of rows that the first cache does not hold. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_SOFTMAX_LONG_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_SOFTMAX_LONG_ROWS_INL_H_
#undef CARICA_OPS_CPU_SOFTMAX_LONG_ROWS_INL_H_
#else
#define CARICA_OPS_CPU_SOFTMAX_LONG_ROWS_INL_H_
#endif

#include "ops/cpu/row_block.h"
#include "ops/cpu/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

/// The exponentials of a row, which is read but once, part by part. Those of a part are relative to
/// the largest value so far, by a power of two that is made good, without a rounding, when all are
/// known. Source: Milakov & Gimelshein 2018, Online normalizer calculation for softmax.
template <class D, typename T>
class LongRow {
  using C = hn::TFromD<D>;
  using V = hn::Vec<D>;

 public:
  static constexpr std::size_t kPart = RowBlock::kPart / sizeof(T);  // values

  // room: RowBlock::long_row_values(size), aligned to 64.
  HWY_INLINE LongRow(D d, const T* x, std::size_t size, C* room)
      : x_(x), size_(size), values_(room), exponents_(room + RowBlock::pitch(size)) {
    max_ = hn::Set(d, -std::numeric_limits<C>::infinity());
    exponent_ = hn::Zero(d);
    sum_.start(d);
  }

  // Reads a part; each once, in order. Fetches the one behind it, be it of the next row.
  HWY_INLINE void read(D d, std::size_t part) {
    const std::size_t begin = part * kPart, size = HWY_MIN(kPart, size_ - begin);
    const V max = hn::Max(RowMax(d, x_ + begin, size), max_);
    const V shift = Shift(d, max);
    is_large_ |= hn::AllTrue(d, RowExp<D>::is_large(d, shift));
    if (HWY_UNLIKELY(is_large_)) return;  // see finish()
    if (part == 0 || hn::AllTrue(d, hn::Gt(max, max_))) {
      exp_ = RowExp<D>(d, shift);
      const V scale = power_of_two(d, hn::Sub(exponent_, exp_.exponent(d)));
      sum_.sum = hn::Mul(sum_.sum, scale);
      sum_.lost = hn::Mul(sum_.lost, scale);
      exponent_ = exp_.exponent(d);
      max_ = max;
    }
    fill(d, part);
  }

  // After all parts.
  HWY_INLINE void finish(D d) {
    if (HWY_UNLIKELY(is_large_)) {
      exp_ = RowExp<D>(d, Shift(d, RowMax(d, x_, size_)));
      exponent_ = exp_.exponent(d);
      sum_.start(d);
      for (std::size_t part = 0; part * kPart < size_; ++part) fill(d, part);
    }
    JoinLanes(d, sum_);
  }

  // The results of a part, after finish().
  template <bool kStream>
  HWY_INLINE void write(D d, std::size_t part, T* y) const {
    const std::size_t begin = part * kPart, size = HWY_MIN(kPart, size_ - begin);
    const Inverse<D> inverse(d, sum_.sum, sum_.lost);
    const V scale = power_of_two(d, hn::Sub(hn::Set(d, exponents_[part]), exponent_));
    const V high = hn::Mul(inverse.high, scale), low = hn::Mul(inverse.low, scale);
    WriteRows<kStream>(
        d, 1, size, y + begin,
        [&](std::size_t) HWY_ATTR {
          return RowFactors<D>{high, low};
        },
        [&](auto, std::size_t i, std::size_t, const RowFactors<D>& factors) HWY_ATTR {
          const V e = hn::LoadU(d, values_ + begin + i);
          return TimesInverse(e, factors.first, factors.second);
        });
  }

 private:
  HWY_INLINE void fill(D d, std::size_t part) {
    const std::size_t begin = part * kPart, size = HWY_MIN(kPart, size_ - begin);
    const RowExp<D> exp = exp_;
    RowSum<D> sum(d, size_);
    ForRow(
        d, size,
        [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
          hwy::Prefetch(x_ + begin + i + kPart);
          const V e = exp(d, access.load(d, x_ + begin + i));
          sum.part[k] = hn::Add(sum.part[k], e);
          hn::Store(e, d, values_ + begin + i);
        },
        [&]() HWY_ATTR { sum.next(d); });
    sum_.add(sum.sum.sum);
    sum_.add(sum.sum.lost);
    exponents_[part] = hn::GetLane(exponent_);
  }

  // 2^n of whole n <= 0: 0 below -126, and 1 for n > 0, which stands before sums of 0.
  HWY_INLINE static V power_of_two(D d, V n) {
    const hn::Rebind<std::int32_t, D> d32;
    const V known = hn::Min(hn::Max(n, hn::Set(d, C(-127))), hn::Zero(d));
    return hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(d32, known), hn::Set(d32, 127))));
  }

  const T* x_;
  std::size_t size_;
  C *values_, *exponents_;  // of each value; of each part
  V max_, exponent_;        // so far
  LongSum<D> sum_;
  RowExp<D> exp_;
  bool is_large_ = false;
};

// Reads a row while the one before is written, part by part: memory works all the time. room: for
// two rows.
template <bool kStream, class D, typename T>
HWY_INLINE void SoftmaxLongRows(D d, const T* x, T* y, std::size_t rows, std::size_t size,
                                hn::TFromD<D>* room) {
  using Row = LongRow<D, T>;
  Row next(d, x, size, room);
  for (std::size_t part = 0; part * Row::kPart < size; ++part) next.read(d, part);
  for (std::size_t r = 0; r < rows; ++r) {
    next.finish(d);
    const Row row = next;
    next = Row(d, x + (r + 1) * size, size, room + (r + 1) % 2 * RowBlock::long_row_values(size));
    for (std::size_t part = 0; part * Row::kPart < size; ++part) {
      if (r + 1 < rows) next.read(d, part);
      row.template write<kStream>(d, part, y + r * size);
    }
  }
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_SOFTMAX_LONG_ROWS_INL_H_
