// Results of rows, written while what follows is computed. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_ROW_WRITER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_ROW_WRITER_INL_H_
#undef CARICA_OPS_CPU_ROW_WRITER_INL_H_
#else
#define CARICA_OPS_CPU_ROW_WRITER_INL_H_
#endif

#include "ops/cpu/row_block.h"
#include "ops/cpu/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

/// Two values of a row that its results need, in all lanes; or those of the row that a lane is of.
template <class D>
struct RowFactors {
  hn::Vec<D> first, second;
};
/// Those of each row of a block.
template <typename C>
struct BlockFactors {
  static constexpr std::size_t kMost = RowBlock::kMost;
  HWY_ALIGN C first[kMost] = {};
  HWY_ALIGN C second[kMost] = {};
};

/// A block's values in working memory, one row after the other.
template <class D>
struct BlockValues {
  using C = hn::TFromD<D>;

  // Before another block is filled: copies the values that wait for the rest of their line, `count`
  // of them, to where that one's begin.
  HWY_INLINE void keep(D d, BlockValues& next, std::size_t count) const {
    for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
      hn::Store(hn::LoadU(d, values + whole + i), d, next.values + i);
    }
  }

  C* values = nullptr;    // at place 0: see RowWriter
  std::size_t whole = 0;  // of which so many lie in lines of their own
  BlockFactors<C> factors;
};

/// Writes neighbouring rows, of a cache line each at least, as one stream: block after block of
/// them, in steps that a kernel takes beside its computation of the block that follows. Lines are
/// written whole and aligned, also where two rows or two blocks meet: the last values of a block,
/// less than a line, wait for the next one. kStream: they are stored past the caches. (A line that
/// is stored half past them, half as usual, has to be read first: that took a third of the time.)
///
/// A place is that of a value behind the beginning of the line in which a block begins.
/// value(access, place, factors) is asked for the vector of results that begins there; access:
/// RowWhole, RowEnd, or RowPair with kPairs. Places below begin() are those of values that the
/// block before has left.
template <bool kStream, bool kPairs, class D, typename T>
class RowWriter {
  using C = hn::TFromD<D>;
  using V = hn::Vec<D>;

 public:
  static constexpr std::size_t kLine = 64 / sizeof(T);

  // to: of the first row.
  HWY_INLINE RowWriter(D d, T* to) {
    begin_ = reinterpret_cast<std::uintptr_t>(to) / sizeof(T) % kLine;
    line_ = to - begin_;
    now_ = {hn::Zero(d), hn::Zero(d)};
  }

  /// The place of the next block's first value.
  HWY_INLINE std::size_t begin() const { return begin_; }

  /// A block of rows of `size` values, whose results can be asked for from now on. After finish()
  /// of the one before. factors: kept by the caller for all steps.
  template <class Value>
  HWY_INLINE void start(D d, std::size_t rows, std::size_t size, const BlockFactors<C>& factors,
                        Value&& value) {
    const std::size_t all = begin_ + rows * size;
    size_ = size;
    line_ += place_;
    factors_ = &factors;
    place_ = row_ = 0;
    end_ = begin_;
    whole_ = all / kLine * kLine;
    if (HWY_UNLIKELY(shared_ && begin_ > 0)) {
      next_row(d);
      place_ = begin_;
      write_until(d, kLine, value);
    }
    shared_ = false;
    begin_ = all - whole_;
  }

  /// Writes a vector, or two of 16-bit values every other time, if there is something left. k: what
  /// ForRow() calls with.
  template <class Value>
  HWY_INLINE void step(D d, std::size_t k, Value&& value) {
    if (sizeof(T) == 2 && k % 2 == 0) return;
    if (HWY_LIKELY(place_ < whole_)) write(d, value);
  }
  /// Writes all lines of the block; more of it follows with the next one.
  template <class Value>
  HWY_INLINE void finish(D d, Value&& value) {
    while (place_ < whole_) write(d, value);
  }
  /// Writes all of the last block.
  template <class Value>
  HWY_INLINE void end(D d, Value&& value) {
    finish(d, value);
    write_until(d, whole_ + begin_, value);
  }

 private:
  HWY_INLINE void next_row(D d) {
    now_ = {hn::Set(d, factors_->first[row_]), hn::Set(d, factors_->second[row_])};
    end_ += size_;
    ++row_;
  }
  template <class Value>
  HWY_INLINE void write(D d, Value&& value) {
    T* const to = line_ + place_;
    if constexpr (sizeof(T) == 2) {
      const std::size_t lanes = hn::Lanes(d);
      if (HWY_LIKELY(place_ + 2 * lanes <= end_)) {
        if constexpr (kPairs) {
          WritePair<kStream>(d, value(RowPair(), place_, now_), to);
        } else {
          const V v = value(RowWhole(), place_, now_);
          WriteTwo<kStream>(d, v, value(RowWhole(), place_ + lanes, now_), to);
        }
        place_ += 2 * lanes;
      } else {
        const V v = next(d, value);
        WriteTwo<kStream>(d, v, next(d, value), to);
      }
    } else {
      WriteAs<kStream>(d, next(d, value), to);
    }
  }
  template <class Value>
  HWY_INLINE V next(D d, Value&& value) {
    const std::size_t at = place_;
    place_ += hn::Lanes(d);
    if (HWY_LIKELY(place_ <= end_)) return value(RowWhole(), at, now_);
    const auto before = hn::FirstN(d, end_ - at);
    const RowFactors<D> last = now_;
    next_row(d);
    return value(RowWhole(), at,
                 RowFactors<D>{hn::IfThenElse(before, last.first, now_.first),
                               hn::IfThenElse(before, last.second, now_.second)});
  }
  // Of one row, less than a line.
  template <class Value>
  HWY_INLINE void write_until(D d, std::size_t end, Value&& value) {
    const std::size_t lanes = hn::Lanes(d);
    for (; place_ + lanes <= end; place_ += lanes) {
      Write(d, value(RowWhole(), place_, now_), line_ + place_);
    }
    if (place_ < end) {
      const std::size_t left = end - place_;
      WriteN(d, value(RowEnd{left}, place_, now_), line_ + place_, left);
    }
    place_ = end;
  }

  T* line_;
  std::size_t begin_;
  std::size_t size_ = 0, place_ = 0, whole_ = 0, end_ = 0, row_ = 0;
  const BlockFactors<C>* factors_ = nullptr;
  RowFactors<D> now_;   // of the row that place_ lies in, or of the one before
  bool shared_ = true;  // the line in which the block begins, with what is not of these rows
};

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_ROW_WRITER_INL_H_
