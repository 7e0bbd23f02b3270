// Softmax of rows that the first cache does not hold. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_SOFTMAX_LONG_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_SOFTMAX_LONG_ROWS_INL_H_
#undef CARICA_OPS_CPU_SOFTMAX_LONG_ROWS_INL_H_
#else
#define CARICA_OPS_CPU_SOFTMAX_LONG_ROWS_INL_H_
#endif

#include "ops/cpu/row_block.h"
#include "ops/cpu/row_writer-inl.h"

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
  // room: RowBlock::long_row_values(size), aligned to 64.
  HWY_INLINE LongRow(D d, const T* x, std::size_t size, C* room)
      : x_(x),
        size_(size),
        values_(room + RowBlock::kLineValues),
        exponents_(values_ + RowBlock::pitch(size)),
        exp_(d, hn::Zero(d)) {
    max_ = hn::Set(d, -std::numeric_limits<C>::infinity());
    exponent_ = hn::Zero(d);
    sum_.start(d);
  }

  /// The last one takes what is left, too.
  HWY_INLINE static std::size_t parts(std::size_t size) { return HWY_MAX(size / kPart, 1); }

  // Reads a part; each once, in order. Fetches the one behind it, be it of the next row. Calls
  // beside(k) for each vector.
  template <class Beside>
  HWY_INLINE void read(D d, std::size_t part, Beside&& beside) {
    const std::size_t begin = part * kPart, size = size_of(part);
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
    fill(d, part, beside);
  }

  // After all parts.
  HWY_INLINE void finish(D d) {
    if (HWY_UNLIKELY(is_large_)) {
      exp_ = RowExp<D>(d, Shift(d, RowMax(d, x_, size_)));
      exponent_ = exp_.exponent(d);
      sum_.start(d);
      for (std::size_t part = 0; part < parts(size_); ++part) fill(d, part, [](std::size_t) {});
    }
    JoinLanes(d, sum_);
  }

  /// A part that is to be written, after finish(). value: its results(). factors: of it, kept for
  /// the writer.
  template <class Writer, class Value>
  HWY_INLINE void start(D d, std::size_t part, Writer& writer, BlockFactors<C>& factors,
                        Value&& value) const {
    const Inverse<D> inverse(d, sum_.sum, sum_.lost);
    const V scale = power_of_two(d, hn::Sub(hn::Set(d, exponents_[part]), exponent_));
    factors.first[0] = hn::GetLane(hn::Mul(inverse.high, scale));
    factors.second[0] = hn::GetLane(hn::Mul(inverse.low, scale));
    writer.start(d, 1, size_of(part), factors, value);
  }
  /// The results of a part that begins at the place `begin`.
  HWY_INLINE auto results(D d, std::size_t part, std::size_t begin) const {
    return [d, values = values_ + part * kPart - begin](auto access, std::size_t place,
                                                        const RowFactors<D>& inverse) HWY_ATTR {
      return TimesInverse(access.load(d, values + place), inverse.first, inverse.second);
    };
  }
  /// Keeps the last values of the row before, which wait for the rest of their line, before the
  /// first ones.
  HWY_INLINE void keep(const LongRow& before, std::size_t count) const {
    for (std::size_t i = 1; i <= count; ++i) *(values_ - i) = before.values_[before.size_ - i];
  }

 private:
  static constexpr std::size_t kPart = RowBlock::kPart / sizeof(T);  // values

  HWY_INLINE std::size_t size_of(std::size_t part) const {
    return part + 1 < parts(size_) ? kPart : size_ - part * kPart;
  }
  template <class Beside>
  HWY_INLINE void fill(D d, std::size_t part, Beside&& beside) {
    const std::size_t begin = part * kPart, size = size_of(part);
    const RowExp<D> exp = exp_;
    const T* const x = x_ + begin;
    C* const values = values_ + begin;
    RowSum<D> sum(d, size_);
    ForRow(
        d, size,
        [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
          hwy::Prefetch(x + i + kPart);
          const V e = exp(d, access.load(d, x + i));
          sum.part[k] = hn::Add(sum.part[k], e);
          hn::Store(e, d, values + i);
          beside(k);
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

/// Reads a row while the one before is written, vector by vector: memory works all the time. room:
/// for two rows.
template <bool kStream, class D, typename T>
HWY_INLINE void SoftmaxLongRows(D d, const T* x, T* y, std::size_t rows, std::size_t size,
                                hn::TFromD<D>* room) {
  using Row = LongRow<D, T>;
  const std::size_t parts = Row::parts(size);
  Row next(d, x, size, room);
  for (std::size_t part = 0; part < parts; ++part) next.read(d, part, [](std::size_t) {});
  RowWriter<kStream, false, D, T> kept(d, y);
  BlockFactors<hn::TFromD<D>> factors;
  for (std::size_t r = 0; r < rows; ++r) {
    next.finish(d);
    const Row row = next;
    next = Row(d, x + (r + 1) * size, size, room + (r + 1) % 2 * RowBlock::long_row_values(size));
    for (std::size_t part = 0; part < parts; ++part) {
      // A copy: a vector that is stored may lie anywhere, as the compiler sees it.
      auto writer = kept;
      const auto value = row.results(d, part, writer.begin());
      row.start(d, part, writer, factors, value);
      if (r + 1 < rows) {
        next.read(d, part, [&](std::size_t k) HWY_ATTR { writer.step(d, k, value); });
      }
      writer.finish(d, value);
      kept = writer;
      if (part + 1 == parts && r + 1 == rows) kept.end(d, value);
    }
    next.keep(row, kept.begin());
  }
}

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_SOFTMAX_LONG_ROWS_INL_H_
