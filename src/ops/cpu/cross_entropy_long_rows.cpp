#include "ops/cpu/cross_entropy_work.h"
#include "ops/cpu/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/cross_entropy_long_rows.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/cross_entropy-inl.h"
#include "ops/cpu/row_block.h"
#include "ops/cpu/row_writer-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

/// A block of neighbouring rows in working memory, one after the other, for StripLoss.
template <typename C>
struct RowsTogether {
  static constexpr std::size_t pitch = RowBlock::kMost, kSpares = 7;

  C* spare(std::size_t k) const { return spares + k * pitch; }
  std::size_t place(std::size_t c, std::size_t i) const { return i * size + c; }

  std::size_t size, width;
  C* values;
  C* spares;
};

/// Losses and gradients of neighbouring rows: while a block of them is exponentiated, the gradients
/// of the one before are written.
template <bool kStream, class D, typename T>
class LossStream {
  using C = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using Rows = RowsTogether<C>;
  using Writer = RowWriter<kStream, false, D, T>;

 public:
  // room: RowBlock::room_bytes(). first: the first row of all blocks.
  HWY_INLINE LossStream(D d, const CrossEntropyRows& work, std::size_t first, C* room)
      : work_(work),
        size_(static_cast<std::size_t>(work.layout.size)),
        writer_(d, work.gradient ? static_cast<T*>(work.gradient) + first * size_ : nullptr) {
    blocks_[0].values = room;
    blocks_[1].values = room + RowBlock::block_values(size_, sizeof(C));
  }

  // Rows `at` and on. Returns the sum of scale * loss.
  HWY_INLINE double run(D d, std::size_t at, std::size_t rows) {
    const T* const x = static_cast<const T*>(work_.logits) + at * size_;
    BlockValues<D>&block = blocks_[now_], &last = blocks_[1 - now_];
    const std::size_t begin = writer_.begin();
    last.keep(d, block, begin);
    const Rows together{size_, rows, block.values + begin, spares_};
    const StripLoss<D, Rows> loss(together, work_.targets);
    read(d, x, together, loss.max);
    loss.read(at);
    if (work_.targets.smoothing > 0) {
      for (std::size_t r = 0; r < rows; ++r) loss.smooth[r] = sum_of_logits(d, loss, r);
    }
    loss.take_own();
    exponentiate(d, x, last, loss);
    C* const losses = work_.losses ? static_cast<C*>(work_.losses) + at : nullptr;
    const double sum = LossOfSums(d, loss, losses);
    if (work_.gradient) {
      PrepareGradient(d, loss);
      for (std::size_t r = 0; r < rows; ++r) block.factors.first[r] = finish_row(d, loss, r);
      writer_.start(d, rows, size_, block.factors, results(d, block));
      block.whole = begin + rows * size_ - writer_.begin();
      now_ = 1 - now_;
    }
    return sum;
  }
  /// After all blocks.
  HWY_INLINE void finish(D d) { writer_.end(d, results(d, blocks_[1 - now_])); }

 private:
  HWY_INLINE static auto results(D d, const BlockValues<D>& block) {
    return [d, from = block.values](auto access, std::size_t place, const RowFactors<D>& row)
               HWY_ATTR { return hn::Mul(access.load(d, from + place), row.first); };
  }

  HWY_INLINE void read(D d, const T* x, const Rows& rows, C* max) {
    for (std::size_t r = 0; r < rows.width; ++r) {
      C* const values = rows.values + r * size_;
      const T* const row = x + r * size_;
      V largest[kRowGroup];
      for (V& m : largest) m = hn::Set(d, -std::numeric_limits<C>::infinity());
      ForRow(d, size_, [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
        const V v = access.load(d, row + i);
        hn::StoreU(v, d, values + i);
        largest[k] = hn::Max(v, largest[k]);
      });
      const V all = hn::Max(hn::Max(largest[0], largest[1]), hn::Max(largest[2], largest[3]));
      hn::Store(all, d, vectors_ + r * hn::Lanes(d));
    }
    MaxOfRows(d, vectors_, rows.width, max);
  }

  // Replaces logits by their exponentials, in terms of RowExp, and leaves the sums in `others` and
  // `lost`. Fetches as many rows more.
  HWY_INLINE void exponentiate(D d, const T* x, const BlockValues<D>& last,
                               const StripLoss<D, Rows>& loss) {
    // Copies: a vector that is stored may lie anywhere, as the compiler sees it.
    const std::size_t size = size_, rows = loss.strip.width, lanes = hn::Lanes(d);
    Writer writer = writer_;
    const auto value = results(d, last);
    for (std::size_t r = 0; r < rows; r += lanes) {
      RowExp<D>(d, Shift(d, hn::Load(d, loss.max + r))).keep(d, kept_ + r, Rows::pitch);
    }
    for (std::size_t r = 0; r < rows; ++r) {
      const T* const next = x + (rows + r) * size;
      C* const values = loss.strip.values + r * size;
      const RowExp<D> exp(d, kept_ + r, Rows::pitch);
      RowSum<D> sum(d, size);
      ForRow(
          d, size,
          [&](auto access, std::size_t k, std::size_t i) HWY_ATTR {
            hwy::Prefetch(next + i);
            const V e = exp(d, access.load(d, values + i));
            sum.part[k] = hn::Add(sum.part[k], e);
            access.template store<false>(d, e, values + i);
            writer.step(d, k, value);
          },
          [&]() HWY_ATTR { sum.next(d); });
      hn::Store(sum.sum.sum, d, vectors_ + 2 * r * lanes);
      hn::Store(sum.sum.lost, d, vectors_ + (2 * r + 1) * lanes);
    }
    writer.finish(d, value);
    writer_ = writer;
    SumOfRows(d, vectors_, rows, loss.others, loss.lost);
  }

  // sum_c w[c] (x[c] - max)
  HWY_INLINE C sum_of_logits(D d, const StripLoss<D, Rows>& loss, std::size_t r) const {
    const C *const weight = static_cast<const C*>(work_.targets.weight), *const x =
                                                                             loss.strip.values +
                                                                             r * size_;
    const V shift = Shift(d, hn::Set(d, loss.max[r]));
    LongSum<D> sum;
    sum.start(d);
    ForRow(d, size_, [&](auto access, std::size_t, std::size_t i) HWY_ATTR {
      auto v = hn::Sub(access.load(d, x + i), shift);
      if (weight) v = hn::Mul(v, access.load(d, weight + i));
      sum.add(access.only(d, v));
    });
    return hn::GetLane(hn::SumOfLanes(d, sum.total()));
  }

  // Returns what makes gradients of the values of row r, which get what smoothing adds before.
  HWY_INLINE C finish_row(D d, const StripLoss<D, Rows>& loss, std::size_t r) const {
    C* const values = loss.strip.values + r * size_;
    const bool ignored = loss.classes[r] == kIgnored;
    if (!ignored && work_.targets.smoothing == 0) return loss.max[r];
    const V factor = hn::Set(d, loss.max[r]), share = hn::Set(d, loss.share * loss.scale[r]);
    const C* const weight = static_cast<const C*>(work_.targets.weight);
    ForRow(d, size_, [&](auto access, std::size_t, std::size_t i) HWY_ATTR {
      const V w = weight ? access.load(d, weight + i) : hn::Set(d, C(1));
      const V v = hn::NegMulAdd(share, w, hn::Mul(access.load(d, values + i), factor));
      access.template store<false>(d, ignored ? hn::Zero(d) : v, values + i);
    });
    return C(1);
  }

  const CrossEntropyRows& work_;
  std::size_t size_, now_ = 0;
  BlockValues<D> blocks_[2];
  Writer writer_;
  HWY_ALIGN C spares_[Rows::kSpares * Rows::pitch] = {};
  HWY_ALIGN C kept_[RowExp<D>::kKept * Rows::pitch] = {};
  HWY_ALIGN C vectors_[2 * Rows::pitch * hn::MaxLanes(D())] = {};
};

template <typename T, bool kStream>
void LongRows(const CrossEntropyRows& work, std::size_t begin, std::size_t end, void* room) {
  using D = hn::ScalableTag<Compute<T>>;
  const D d;
  const auto rows = static_cast<std::size_t>(work.layout.outer);
  const std::size_t block =
      RowBlock::rows(static_cast<std::size_t>(work.layout.size), sizeof(Compute<T>));
  LossStream<kStream, D, T> stream(d, work, begin * kLongRows, static_cast<Compute<T>*>(room));
  for (std::size_t task = begin; task < end; ++task) {
    double sum = 0;
    const std::size_t last = HWY_MIN((task + 1) * kLongRows, rows);
    for (std::size_t at = task * kLongRows; at < last; at += block) {
      sum += stream.run(d, at, HWY_MIN(block, last - at));
    }
    if (work.sums) work.sums[task] = sum;
  }
  stream.finish(d);
  hwy::FlushStream();
}

void Run(const CrossEntropyRows& work, std::size_t begin, std::size_t end, void* room) {
  WithElement(work.element, work.stream, [&](auto value, auto stream) HWY_ATTR {
    LongRows<decltype(value), decltype(stream)::value>(work, begin, end, room);
  });
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(Run);
void cross_entropy_long_rows(const CrossEntropyRows& work, std::size_t begin, std::size_t end,
                             void* room) {
  HWY_DYNAMIC_DISPATCH(Run)(work, begin, end, room);
}
}  // namespace carica::ops::cpu
#endif
