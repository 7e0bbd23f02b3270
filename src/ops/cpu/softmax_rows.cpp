#include "ops/cpu/softmax_rows.h"

#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/softmax_rows.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/log_sum-inl.h"
#include "ops/cpu/row_block.h"
#include "ops/cpu/row_writer-inl.h"
#include "ops/cpu/rows-inl.h"
#include "ops/cpu/softmax_long_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

/// Softmax of neighbouring rows: while a block of them is exponentiated, the one before is written,
/// and the next one is fetched.
template <bool kStream, class D, typename T>
class SoftmaxStream {
  using C = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using Writer = RowWriter<kStream, false, D, T>;
  static constexpr std::size_t kMost = RowBlock::kMost;

 public:
  // room: of RowBlock::room_bytes().
  HWY_INLINE SoftmaxStream(D d, T* y, std::size_t size, C* room) : size_(size), writer_(d, y) {
    blocks_[0].values = room;
    blocks_[1].values = room + RowBlock::block_values(size, sizeof(C));
  }

  HWY_INLINE void run(D d, const T* x, std::size_t rows) {
    BlockValues<D>& block = blocks_[now_];
    HWY_ALIGN C max[kMost] = {}, kept[RowExp<D>::kKept * kMost];
    HWY_ALIGN C vectors[2 * kMost * hn::MaxLanes(D())];
    const std::size_t lanes = hn::Lanes(d);
    MaxOfRows(d, x, rows, size_, max, vectors);
    bool any_large = !RowExp<D>::kBase2;
    for (std::size_t r = 0; r < rows; r += lanes) {
      const V shift = Shift(d, hn::Load(d, max + r));
      RowExp<D>(d, shift).keep(d, kept + r, kMost);
      any_large |= !hn::AllFalse(d, RowExp<D>::is_large(d, shift));
    }
    const std::size_t begin = writer_.begin();
    if (HWY_UNLIKELY(any_large)) {
      exponentiate<true>(d, x, rows, kept, vectors);
    } else {
      exponentiate<false>(d, x, rows, kept, vectors);
    }
    C *const high = block.factors.first, *const low = block.factors.second;
    SumOfRows(d, vectors, rows, high, low);
    for (std::size_t r = 0; r < rows; r += lanes) {
      const Inverse<D> inverse(d, hn::Load(d, high + r), hn::Load(d, low + r));
      hn::Store(inverse.high, d, high + r);
      hn::Store(inverse.low, d, low + r);
    }
    writer_.start(d, rows, size_, block.factors, results(d, block));
    block.whole = begin + rows * size_ - writer_.begin();
    now_ = 1 - now_;
  }
  /// After all blocks.
  HWY_INLINE void finish(D d) { writer_.end(d, results(d, blocks_[1 - now_])); }

 private:
  // Leaves a block's exponentials in working memory and two vectors for the sum of each row, and
  // writes the block before.
  template <bool kAnyMax>
  HWY_INLINE void exponentiate(D d, const T* x, std::size_t rows, const C* kept, C* vectors) {
    // Copies: a vector that is stored may lie anywhere, as the compiler sees it.
    const std::size_t size = size_, lanes = hn::Lanes(d), begin = writer_.begin();
    BlockValues<D>&block = blocks_[now_], &last = blocks_[1 - now_];
    Writer writer = writer_;
    const auto value = results(d, last);
    last.keep(d, block, begin);
    for (std::size_t r = 0; r < rows; ++r) {
      const T *row = x + r * size, *next = row + rows * size;
      C* const values = block.values + begin + r * size;
      const RowExp<D, Subnormal::kFlush, kAnyMax> exp(d, kept + r, kMost);
      RowSum<D> sum(d, size);
      ForRow(
          d, size,
          [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
            hwy::Prefetch(next + i);
            const V e = exp(d, access.load(d, row + i));
            sum.part[k] = hn::Add(sum.part[k], e);
            hn::StoreU(e, d, values + i);
            writer.step(d, k, value);
          },
          [&]() HWY_ATTR { sum.next(d); });
      hn::Store(sum.sum.sum, d, vectors + 2 * r * lanes);
      hn::Store(sum.sum.lost, d, vectors + (2 * r + 1) * lanes);
    }
    writer.finish(d, value);
    writer_ = writer;
  }
  HWY_INLINE static auto results(D d, const BlockValues<D>& block) {
    return [d, from = block.values](auto access, std::size_t place, const RowFactors<D>& inverse)
               HWY_ATTR {
                 return TimesInverse(access.load(d, from + place), inverse.first, inverse.second);
               };
  }

  std::size_t size_, now_ = 0;
  BlockValues<D> blocks_[2];
  Writer writer_;
};

/// The same of its logarithm.
template <bool kStream, class D, typename T>
class LogSoftmaxStream {
  using C = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using Exp = typename LogSum<D>::Exp;
  using Writer = RowWriter<kStream, true, D, T>;
  static constexpr std::size_t kMost = RowBlock::kMost;

 public:
  HWY_INLINE LogSoftmaxStream(D d, T* y, std::size_t size, C* /*room*/)
      : size_(size), writer_(d, y) {}

  HWY_INLINE void run(D d, const T* x, std::size_t rows) {
    Block &block = blocks_[now_], &last = blocks_[1 - now_];
    // Copies: see SoftmaxStream.
    const std::size_t size = size_;
    Writer writer = writer_;
    const auto value = last.value(d);
    HWY_ALIGN C max[kMost] = {}, rest[kMost] = {}, lost[kMost] = {}, largest[kMost] = {},
                kept[Exp::kKept * kMost];
    HWY_ALIGN C vectors[2 * kMost * hn::MaxLanes(D())];
    const std::size_t lanes = hn::Lanes(d);
    MaxOfRows(d, x, rows, size, max, vectors);
    for (std::size_t r = 0; r < rows; r += lanes) {
      Exp(d, Shift(d, hn::Load(d, max + r))).keep(d, kept + r, kMost);
    }
    for (std::size_t r = 0; r < rows; ++r) {
      const T *row = x + r * size, *next = row + rows * size;
      const LogSum<D> log_sum(d, hn::Set(d, max[r]), Exp(d, kept + r, kMost));
      std::size_t count = 0;
      RowSum<D> sum(d, size), beyond(d, size);
      ForRow(
          d, size,
          [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
            hwy::Prefetch(next + i);
            const V v = access.load(d, row + i);
            const auto is_largest = log_sum.is_largest(d, v);
            count += hn::CountTrue(d, is_largest);
            const auto term = log_sum.term(d, v, is_largest);
            sum.part[k] = hn::Add(sum.part[k], term.whole);
            beyond.part[k] = hn::MulAdd(term.beyond, term.whole, beyond.part[k]);
            writer.step(d, k, value);
          },
          [&]() HWY_ATTR {
            sum.next(d);
            beyond.next(d);
          });
      sum.sum.add(beyond.sum.sum);
      sum.sum.add(beyond.sum.lost);
      hn::Store(sum.sum.sum, d, vectors + 2 * r * lanes);
      hn::Store(sum.sum.lost, d, vectors + (2 * r + 1) * lanes);
      largest[r] = static_cast<C>(count);
    }
    writer.finish(d, value);
    SumOfRows(d, vectors, rows, rest, lost);
    for (std::size_t r = 0; r < rows; r += lanes) {
      const V m = hn::Load(d, max + r), shift = Shift(d, m);
      const LogSum<D> log_sum(d, m, Exp(d, shift));
      const LongSum<D> terms{hn::Load(d, rest + r), hn::Load(d, lost + r)};
      hn::Store(shift, d, block.shift_and_log.first + r);
      hn::Store(log_sum.log(d, terms, hn::Load(d, largest + r)), d, block.shift_and_log.second + r);
    }
    block.x = x - writer.begin();
    writer.start(d, rows, size, block.shift_and_log, block.value(d));
    writer_ = writer;
    now_ = 1 - now_;
  }
  /// After all blocks.
  HWY_INLINE void finish(D d) { writer_.end(d, blocks_[1 - now_].value(d)); }

 private:
  struct Block {
    HWY_INLINE auto value(D d) const {
      return [d, from = x](auto access, std::size_t place, const RowFactors<D>& row) HWY_ATTR {
        return LogProbability(d, access.load(d, from + place), row.first, row.second);
      };
    }

    const T* x = nullptr;  // what lies at place 0
    BlockFactors<C> shift_and_log;
  };

  std::size_t size_, now_ = 0;
  Block blocks_[2];
  Writer writer_;
};

template <template <bool, class, typename> class Stream, bool kStream, typename T>
HWY_INLINE void RunStream(const SoftmaxRows& work, std::size_t begin, std::size_t end, void* room) {
  using D = hn::ScalableTag<Compute<T>>;
  const D d;
  const T* const x = static_cast<const T*>(work.x);
  Stream<kStream, D, T> stream(d, static_cast<T*>(work.y) + begin * work.size, work.size,
                               static_cast<Compute<T>*>(room));
  const std::size_t block = RowBlock::rows(work.size, sizeof(Compute<T>));
  for (std::size_t row = begin; row < end; row += block) {
    stream.run(d, x + row * work.size, HWY_MIN(block, end - row));
  }
  stream.finish(d);
}

template <typename T, bool kStream>
void Rows(const SoftmaxRows& work, std::size_t begin, std::size_t end, void* room) {
  const hn::ScalableTag<Compute<T>> d;
  if constexpr (RowExp<decltype(d)>::kBase2) {
    if (!work.log && RowBlock::is_long(work.size)) {
      const std::size_t at = begin * work.size;
      SoftmaxLongRows<kStream>(d, static_cast<const T*>(work.x) + at, static_cast<T*>(work.y) + at,
                               end - begin, work.size, static_cast<Compute<T>*>(room));
      return hwy::FlushStream();
    }
  }
  if (work.log) {
    RunStream<LogSoftmaxStream, kStream, T>(work, begin, end, room);
  } else {
    RunStream<SoftmaxStream, kStream, T>(work, begin, end, room);
  }
  hwy::FlushStream();
}

void Run(const SoftmaxRows& work, std::size_t begin, std::size_t end, void* room) {
  WithElement(work.element, work.stream, [&](auto value, auto stream) HWY_ATTR {
    Rows<decltype(value), decltype(stream)::value>(work, begin, end, room);
  });
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(Run);
void softmax_rows(const SoftmaxRows& work, std::size_t begin, std::size_t end, void* room) {
  HWY_DYNAMIC_DISPATCH(Run)(work, begin, end, room);
}
}  // namespace carica::ops::cpu
#endif
