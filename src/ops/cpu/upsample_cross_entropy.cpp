#include "ops/cpu/instruction_sets.h"
#include "ops/cpu/upsample_work.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/upsample_cross_entropy.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/cross_entropy-inl.h"
#include "ops/cpu/rows-inl.h"
#include "ops/cpu/transpose-inl.h"
#include "ops/cpu/upsample-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

/// Works on one task: strip after strip of output columns, and in each the output rows that share
/// their two source rows, so that their gradients are summed before they are spread.
template <typename C>
class Band {
 public:
  using D = hn::ScalableTag<C>;

  Band(const UpsampleCrossEntropy& work, std::size_t task, void* room)
      : work_(work),
        source_(work.source),
        task_(task),
        picture_(task / work.bands),
        room_(static_cast<C*>(room)) {}

  double run() {
    const std::size_t band = task_ % work_.bands;
    const std::size_t end = work_.band_begins[band + 1];
    end_row_ = work_.band_rows[band + 1];
    for (std::size_t row = work_.band_begins[band]; row < end;) {
      std::size_t next = row + 1;
      while (next < end && source_.y.first[next] == source_.y.first[row]) ++next;
      for (std::size_t x = 0; x < source_.x.out; x += work_.strip) strip_of_rows(row, next, x);
      row = next;
    }
    return sum_;
  }

 private:
  void strip_of_rows(std::size_t row, std::size_t end, std::size_t x) {
    const Strip<C> strip(room_, source_.classes, HWY_MIN(work_.strip, source_.x.out - x));
    const std::size_t values = strip.size * strip.pitch;
    upper_ = strip.second();
    lower_ = strip.spare(StripCut::kSpares);
    turned_ = lower_ + values;
    blended_ = turned_ + values;
    if (work_.gradient) {
      for (std::size_t i = 0; i < values; i += hn::Lanes(d)) {
        hn::Store(hn::Zero(d), d, upper_ + i);
        hn::Store(hn::Zero(d), d, lower_ + i);
      }
    }
    for (std::size_t y = row; y < end; ++y) one_row(strip, y, x);
    if (!work_.gradient) return;
    const auto first = static_cast<std::size_t>(source_.y.first[row]);
    const std::size_t second = HWY_MIN(first + 1, source_.y.in - 1);
    spread(strip, upper_, x, gradient_row(first));
    spread(strip, lower_, x, gradient_row(second));
  }

  const C* source_row(std::size_t y) const {
    return static_cast<const C*>(source_.logits) +
           (picture_ * source_.y.in + y) * source_.row_values();
  }
  C* gradient_row(std::size_t y) const {
    const std::size_t values = source_.x.in * source_.classes;
    if (y >= end_row_) return static_cast<C*>(work_.below) + task_ * values;
    return static_cast<C*>(work_.gradient) + (picture_ * source_.y.in + y) * values;
  }

  // Loss of columns [x, x + width) of output row y; adds its gradients, shared between the two
  // source rows, to upper_ and lower_.
  void one_row(const Strip<C>& strip, std::size_t y, std::size_t x) {
    const C share = static_cast<const C*>(source_.y.share)[y];
    upsample(strip, y, share, x);
    const StripLoss<D> loss(strip, work_.targets);
    const std::size_t first = (picture_ * source_.y.out + y) * source_.x.out + x;
    loss.begin(first);
    C* const losses = work_.losses ? static_cast<C*>(work_.losses) + first : nullptr;
    sum_ += LossOfStrip(d, loss, losses, [](std::size_t) HWY_ATTR {});
    if (!work_.gradient) return;
    PrepareGradient(d, loss);
    const auto low = hn::Set(d, share);
    for (std::size_t c = 0; c < strip.size; ++c) {
      for (std::size_t i = 0; i < strip.pitch; i += hn::Lanes(d)) {
        const std::size_t at = c * strip.pitch + i;
        const auto g = GradientAt(d, loss, c, i);
        const auto part = hn::Mul(low, g);
        hn::Store(hn::Add(hn::Load(d, lower_ + at), part), d, lower_ + at);
        hn::Store(hn::Add(hn::Load(d, upper_ + at), hn::Sub(g, part)), d, upper_ + at);
      }
    }
  }

  // The strip's values and their largest ones, spare(0).
  void upsample(const Strip<C>& strip, std::size_t y, C share, std::size_t x) {
    const auto first = static_cast<std::size_t>(source_.y.first[y]);
    const std::size_t second = HWY_MIN(first + 1, source_.y.in - 1);
    const auto begin = static_cast<std::size_t>(source_.x.first[x]);
    const auto last = static_cast<std::size_t>(source_.x.first[x + strip.width - 1]) + 2;
    // A vector may begin at the last source, and padded columns lie there, too.
    const std::size_t width = blended_width(last - begin);
    BlendRows(d, source_, source_row(first), source_row(second), share, begin, width, blended_);
    C* const max = strip.spare(0);
    for (std::size_t i = 0; i < strip.pitch; i += hn::Lanes(d)) {
      const ColumnSource<D> column(d, source_.x, x + i, begin);
      if (column.near) {
        fill<true>(strip, column, width, i, max);
      } else {
        fill<false>(strip, column, width, i, max);
      }
    }
  }

  template <bool kNear>
  HWY_INLINE void fill(const Strip<C>& strip, const ColumnSource<D>& column, std::size_t width,
                       std::size_t i, C* max) const {
    auto largest = hn::Set(d, -std::numeric_limits<C>::infinity());
    for (std::size_t c = 0; c < strip.size; ++c) {
      const auto v = column.template get<kNear>(d, blended_ + c * width);
      hn::Store(v, d, strip.values + c * strip.pitch + i);
      largest = hn::Max(v, largest);
    }
    hn::Store(largest, d, max + i);
  }

  // Adds gradients of output columns x and on, of one source row, to its source columns.
  void spread(const Strip<C>& strip, const C* gradients, std::size_t x, C* row) const {
    TransposeOut(d, strip.width, strip.size, turned_, [&](std::size_t c, std::size_t i) HWY_ATTR {
      return hn::Load(d, gradients + c * strip.pitch + i);
    });
    for (std::size_t c = 0; c < strip.size; c += hn::Lanes(d)) {
      const std::size_t n = strip.size - c;
      if (n >= hn::Lanes(d)) {
        spread_classes(strip, x, c, RowWhole(), row);
      } else {
        spread_classes(strip, x, c, RowEnd{n}, row);
      }
    }
  }

  // Of one vector of classes: the output columns of one source are summed before they are added.
  template <class Access>
  HWY_INLINE void spread_classes(const Strip<C>& strip, std::size_t x, std::size_t c,
                                 const Access& access, C* row) const {
    const C* shares = static_cast<const C*>(source_.x.share) + x;
    const std::int32_t* sources = source_.x.first + x;
    for (std::size_t i = 0; i < strip.width;) {
      const std::int32_t source = sources[i];
      auto left = hn::Zero(d), right = hn::Zero(d);
      for (; i < strip.width && sources[i] == source; ++i) {
        const auto g = access.load(d, turned_ + i * strip.size + c);
        const auto part = hn::Mul(hn::Set(d, shares[i]), g);
        right = hn::Add(right, part);
        left = hn::Add(left, hn::Sub(g, part));
      }
      const auto first = static_cast<std::size_t>(source);
      C* const a = row + first * strip.size + c;
      access.template store<false>(d, hn::Add(access.load(d, a), left), a);
      C* const b = row + HWY_MIN(first + 1, source_.x.in - 1) * strip.size + c;
      access.template store<false>(d, hn::Add(access.load(d, b), right), b);
    }
  }

  static std::size_t blended_width(std::size_t columns) {
    const std::size_t lanes = hn::Lanes(D());
    return (columns + 2 * lanes - 1) / lanes * lanes;
  }

  static constexpr D d{};
  const UpsampleCrossEntropy& work_;
  const UpsampleSource& source_;
  const std::size_t task_, picture_;
  C* const room_;
  std::size_t end_row_ = 0;  // source rows of the band end there
  double sum_ = 0;
  C *upper_ = nullptr, *lower_ = nullptr, *turned_ = nullptr, *blended_ = nullptr;
};

template <typename C>
void Bands(const UpsampleCrossEntropy& work, std::size_t begin, std::size_t end, void* room) {
  for (std::size_t task = begin; task < end; ++task) {
    work.sums[task] = Band<C>(work, task, room).run();
  }
}

void Run(const UpsampleCrossEntropy& work, std::size_t begin, std::size_t end, void* room) {
  if (work.source.is_double) return Bands<double>(work, begin, end, room);
  Bands<float>(work, begin, end, room);
}

}  // namespace
}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace carica::ops::cpu {
HWY_EXPORT(Run);
void upsample_cross_entropy_tasks(const UpsampleCrossEntropy& work, std::size_t begin,
                                  std::size_t end, void* room) {
  HWY_DYNAMIC_DISPATCH(Run)(work, begin, end, room);
}

std::size_t UpsampleCrossEntropy::room_bytes() const {
  const std::size_t value = source.is_double ? sizeof(double) : sizeof(float);
  const std::size_t columns = StripCut::padded(strip);
  const std::size_t blended = source.classes * (source.x.in + 2 * AxisSource::kPadding);
  return (source.classes * columns * 4 + StripCut::kSpares * columns + blended) * value;
}
}  // namespace carica::ops::cpu
#endif
