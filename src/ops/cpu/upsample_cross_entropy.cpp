#include "ops/cpu/instruction_sets.h"
#include "ops/cpu/upsample_work.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/cpu/upsample_cross_entropy.cpp"
#include <hwy/foreach_target.h>  // includes this file again for each instruction set
#include <hwy/highway.h>

#include "ops/cpu/upsample_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {
namespace {

/// Works on one task: some output rows that share their two source rows, and in them some runs of
/// columns at a time, so that their gradients are summed before they are spread.
template <typename C>
class Band {
 public:
  using D = hn::ScalableTag<C>;

  Band(const UpsampleCrossEntropy& work, std::size_t task, C* room)
      : work_(work),
        source_(work.source),
        task_(task),
        picture_(task / work.bands),
        lanes_(work, room),
        room_(room + work.lane_values()) {}

  double run() {
    const std::size_t band = task_ % work_.bands;
    const std::size_t end = work_.band_begins[band + 1];
    end_row_ = work_.band_rows[band + 1];
    for (std::size_t row = work_.band_begins[band]; row < end;) {
      std::size_t next = row + 1;
      while (next < HWY_MIN(end, row + work_.rows) && source_.y.first[next] == source_.y.first[row])
        ++next;
      rows(row, next - row);
      row = next;
    }
    return sum_;
  }

 private:
  void rows(std::size_t row, std::size_t rows) {
    const auto first = static_cast<std::size_t>(source_.y.first[row]);
    const std::size_t second = HWY_MIN(first + 1, source_.y.in - 1);
    const std::size_t target = (picture_ * source_.y.out + row) * source_.x.out;
    for (std::size_t run = 0; run < work_.runs.count;) {
      const std::size_t runs = UpsampleLanes<C>::runs_together(work_.runs, run);
      lanes_.begin(source_row(first), source_row(second), row, rows, run, runs, target);
      for (std::size_t k = 0; k < lanes_.longest(); k += UpsampleCrossEntropy::kColumns) {
        columns(k, HWY_MIN(lanes_.longest() - k, UpsampleCrossEntropy::kColumns));
      }
      if (work_.gradient) lanes_.spread(gradient_row(first), gradient_row(second));
      run += runs;
    }
  }

  const C* source_row(std::size_t y) const {
    return static_cast<const C*>(source_.logits) +
           (picture_ * source_.y.in + y) * source_.row_values();
  }
  C* gradient_row(std::size_t y) const {
    const std::size_t values = source_.row_values();
    if (y >= end_row_) return static_cast<C*>(work_.below) + task_ * values;
    return static_cast<C*>(work_.gradient) + (picture_ * source_.y.in + y) * values;
  }

  // Columns [first, first + n) of all runs: a strip has them for one vector of lanes, or for a few
  // if there are few columns.
  void columns(std::size_t first, std::size_t n) {
    lanes_.take_columns(first, n);
    const std::size_t vectors = n >= kGroup ? 1 : kGroup / n;
    for (std::size_t lane = 0; lane < lanes_.count(); lane += vectors * hn::Lanes(d)) {
      strip(lane, HWY_MIN(vectors, (lanes_.count() - lane) / hn::Lanes(d)), first, n);
    }
  }

  // Row (q * n + k) * Lanes(d) + i of a strip is column `first` + k of lane `lane` + q * Lanes(d) +
  // i.
  void strip(std::size_t lane, std::size_t vectors, std::size_t first, std::size_t n) {
    const std::size_t pitch = vectors * n * hn::Lanes(d);
    const Strip<C> strip(room_, source_.classes, pitch, pitch);
    const StripLoss<D> loss(strip, work_.targets);
    for_columns(vectors, n, [&](auto columns, std::size_t q, std::size_t k) HWY_ATTR {
      constexpr std::size_t kColumns = decltype(columns)::value;
      const std::size_t i = (q * n + k) * hn::Lanes(d);
      lanes_.template fill<kColumns>(strip, lane + q * hn::Lanes(d), k, i, loss.max);
    });
    take_targets(loss, lane, vectors, first, n);
    C* const losses = work_.losses ? strip.spare(7) : nullptr;
    sum_ += LossOfStrip(d, loss, losses, [](std::size_t) HWY_ATTR {});
    if (losses) put_losses(losses, lane, vectors, first, n);
    if (!work_.gradient) return;
    PrepareGradient(d, loss);
    for_columns(vectors, n, [&](auto columns, std::size_t q, std::size_t k) HWY_ATTR {
      constexpr std::size_t kColumns = decltype(columns)::value;
      const std::size_t at = lane + q * hn::Lanes(d), i = (q * n + k) * hn::Lanes(d);
      if (first == 0 && k == 0) {
        lanes_.template gather<kColumns, true>(loss, at, k, i);
      } else {
        lanes_.template gather<kColumns, false>(loss, at, k, i);
      }
    });
  }

  // Calls body(std::integral_constant<kColumns>(), q, k) for columns k to k + kColumns of vector q.
  template <class Body>
  HWY_INLINE static void for_columns(std::size_t vectors, std::size_t n, Body&& body) {
    for (std::size_t q = 0; q < vectors; ++q) {
      std::size_t k = 0;
      for (; k + 4 <= n; k += 4) body(std::integral_constant<std::size_t, 4>(), q, k);
      for (; k < n; ++k) body(std::integral_constant<std::size_t, 1>(), q, k);
    }
  }

  // Calls body(i, target) for the rows of a strip that count.
  template <class Body>
  HWY_INLINE void for_targets(std::size_t lane, std::size_t vectors, std::size_t first,
                              std::size_t n, Body&& body) const {
    for (std::size_t q = 0; q < vectors; ++q) {
      for (std::size_t i = 0; i < hn::Lanes(d); ++i) {
        const std::size_t at = lane + q * hn::Lanes(d) + i, columns = lanes_.columns(at);
        for (std::size_t k = 0; k < n && first + k < columns; ++k) {
          body((q * n + k) * hn::Lanes(d) + i, lanes_.target(at) + first + k);
        }
      }
    }
  }

  void take_targets(const StripLoss<D>& loss, std::size_t lane, std::size_t vectors,
                    std::size_t first, std::size_t n) const {
    const TargetWork& targets = work_.targets;
    for (std::size_t i = 0; i < loss.strip.pitch; ++i) loss.classes[i] = kIgnored;
    WithTargets(targets, [&](const auto* values) HWY_ATTR {
      for_targets(lane, vectors, first, n, [&](std::size_t i, std::size_t at) HWY_ATTR {
        loss.classes[i] = ClassOf(targets, values[at]);
      });
    });
    const C one = targets.scale && !targets.scale_each ? *static_cast<const C*>(targets.scale) : 1;
    for (std::size_t i = 0; i < loss.strip.pitch; ++i) loss.scale[i] = one;
    if (targets.scale && targets.scale_each) {
      for_targets(lane, vectors, first, n, [&](std::size_t i, std::size_t at) HWY_ATTR {
        loss.scale[i] = static_cast<const C*>(targets.scale)[at];
      });
    }
    loss.take_out();
  }

  void put_losses(const C* losses, std::size_t lane, std::size_t vectors, std::size_t first,
                  std::size_t n) const {
    for_targets(lane, vectors, first, n, [&](std::size_t i, std::size_t at) HWY_ATTR {
      static_cast<C*>(work_.losses)[at] = losses[i];
    });
  }

  static constexpr D d{};
  const UpsampleCrossEntropy& work_;
  const UpsampleSource& source_;
  const std::size_t task_, picture_;
  UpsampleLanes<C> lanes_;
  C* const room_;
  std::size_t end_row_ = 0;  // source rows of the band end there
  double sum_ = 0;
};

template <typename C>
void Bands(const UpsampleCrossEntropy& work, std::size_t begin, std::size_t end, void* room) {
  for (std::size_t task = begin; task < end; ++task) {
    work.sums[task] = Band<C>(work, task, static_cast<C*>(room)).run();
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

std::size_t UpsampleCrossEntropy::rows_together(std::size_t classes, std::size_t value_bytes) {
  constexpr std::size_t kCache = 384 * 1024;
  const std::size_t row = 4 * classes * kRuns * value_bytes;
  return std::clamp<std::size_t>(kCache / row, 1, kRows);
}

std::size_t UpsampleCrossEntropy::room_bytes() const {
  const std::size_t value = source.is_double ? sizeof(double) : sizeof(float);
  const std::size_t strip = (2 * source.classes + StripCut::kSpares) * kColumns * kRuns;
  return (strip + lane_values()) * value;
}
}  // namespace carica::ops::cpu
#endif
