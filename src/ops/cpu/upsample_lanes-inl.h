// Bilinear upsampling in lanes: a lane has the output columns of one run in one output row, so that
// the same column of all runs of a few rows fills vectors, whatever the scale, and logits need but
// one product and one sum. Included once for each instruction set.
#if defined(CARICA_OPS_CPU_UPSAMPLE_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CARICA_OPS_CPU_UPSAMPLE_LANES_INL_H_
#undef CARICA_OPS_CPU_UPSAMPLE_LANES_INL_H_
#else
#define CARICA_OPS_CPU_UPSAMPLE_LANES_INL_H_
#endif

#include "ops/cpu/cross_entropy-inl.h"
#include "ops/cpu/upsample_work.h"

HWY_BEFORE_NAMESPACE();
namespace carica::ops::cpu::HWY_NAMESPACE {

/// Output rows that share their two source rows, and some neighbouring runs: lane r * runs + j has
/// run j of row r. Blended logits and gradients of a lane's two source columns are [C, pitch].
template <typename C>
class UpsampleLanes {
 public:
  using D = hn::ScalableTag<C>;
  using V = hn::Vec<D>;

  /// room: work.lane_values(), aligned.
  UpsampleLanes(const UpsampleCrossEntropy& work, C* room)
      : work_(work), source_(work.source), pitch_(UpsampleCrossEntropy::lanes(work.rows)) {
    const std::size_t values = source_.classes * pitch_;
    left_ = room;
    right_ = left_ + values;
    left_gradient_ = right_ + values;
    right_gradient_ = left_gradient_ + values;
    share_ = right_gradient_ + values;
  }

  /// How many runs can be worked on together, from `run` on: those of neighbouring sources. Runs
  /// of downsampling lie apart.
  static std::size_t runs_together(const ColumnRuns& runs, std::size_t run) {
    std::size_t n = 1;
    while (n < UpsampleCrossEntropy::kRuns && run + n < runs.count &&
           runs.source[run + n] > runs.source[run + n - 1]) {
      ++n;
    }
    return n;
  }

  /// Blends source rows `upper` and `lower` for output rows `row` and on. first_target: of `row`.
  void begin(const C* upper, const C* lower, std::size_t row, std::size_t rows, std::size_t run,
             std::size_t runs, std::size_t first_target) {
    rows_ = rows;
    runs_ = runs;
    run_ = run;
    row_shares_ = static_cast<const C*>(source_.y.share) + row;
    const std::int32_t* sources = work_.runs.source + run;
    first_ = static_cast<std::size_t>(sources[0]);
    side_by_side_ = static_cast<std::size_t>(sources[runs - 1] - sources[0]) == runs - 1;
    count_ = (rows * runs + hn::Lanes(d) - 1) / hn::Lanes(d) * hn::Lanes(d);
    longest_ = 0;
    for (std::size_t j = 0; j < runs; ++j) {
      longest_ = HWY_MAX(longest_, static_cast<std::size_t>(work_.runs.columns[run + j]));
    }
    for (std::size_t lane = 0; lane < count_; ++lane) {
      const std::size_t r = lane / runs, j = run + lane % runs;
      const bool counts = r < rows;
      begin_[lane] = static_cast<std::size_t>(work_.runs.begin[j]);
      target_[lane] = first_target + (counts ? r : 0) * source_.x.out + begin_[lane];
      columns_[lane] = counts ? static_cast<std::size_t>(work_.runs.columns[j]) : 0;
    }
    for (std::size_t c = 0; c < source_.classes; ++c) {
      blend(upper + c * source_.pitch, lower + c * source_.pitch, c * pitch_);
    }
  }

  std::size_t count() const { return count_; }      // whole vectors
  std::size_t longest() const { return longest_; }  // columns of a run
  std::size_t columns(std::size_t lane) const { return columns_[lane]; }
  std::size_t target(std::size_t lane) const { return target_[lane]; }  // of its first column

  /// Columns that fill() and gather() work on: shares of columns [first, first + n) of all lanes.
  void take_columns(std::size_t first, std::size_t n) {
    const C* shares = static_cast<const C*>(source_.x.share);
    for (std::size_t lane = 0; lane < count_; ++lane) {
      const std::size_t last = HWY_MAX(columns_[lane], std::size_t{1}) - 1;
      for (std::size_t k = 0; k < n; ++k) {
        share_[k * pitch_ + lane] = shares[begin_[lane] + HWY_MIN(first + k, last)];
      }
    }
  }

  /// Logits of columns [k, k + kColumns) of a vector of lanes to vectors i and on of a strip's
  /// rows, and the largest ones to `max`.
  template <std::size_t kColumns>
  HWY_INLINE void fill(const Strip<C>& strip, std::size_t lane, std::size_t k, std::size_t i,
                       C* max) const {
    const std::size_t lanes = hn::Lanes(d);
    V share[kColumns], rest[kColumns], largest[kColumns];
    for (std::size_t n = 0; n < kColumns; ++n) {
      share[n] = hn::Load(d, share_ + (k + n) * pitch_ + lane);
      rest[n] = hn::Sub(hn::Set(d, C(1)), share[n]);
      largest[n] = hn::Set(d, -std::numeric_limits<C>::infinity());
    }
    const C *a = left_ + lane, *b = right_ + lane;
    C* to = strip.values + i;
    for (std::size_t c = 0; c < strip.size; ++c, a += pitch_, b += pitch_, to += strip.pitch) {
      const V left = hn::Load(d, a), right = hn::Load(d, b);
      for (std::size_t n = 0; n < kColumns; ++n) {
        const V v = hn::MulAdd(share[n], right, hn::Mul(rest[n], left));
        hn::Store(v, d, to + n * lanes);
        largest[n] = hn::Max(v, largest[n]);
      }
    }
    for (std::size_t n = 0; n < kColumns; ++n) hn::Store(largest[n], d, max + i + n * lanes);
  }

  /// Adds the gradients of those columns to their lanes'; kFirst: instead of what was there.
  template <std::size_t kColumns, bool kFirst>
  HWY_INLINE void gather(const StripLoss<D>& loss, std::size_t lane, std::size_t k,
                         std::size_t i) const {
    const std::size_t lanes = hn::Lanes(d);
    const bool smooth = loss.targets.smoothing > 0;
    V to_left[kColumns], to_right[kColumns];  // factors of each column's exponentials
    V less_left = hn::Zero(d), less_right = hn::Zero(d);
    for (std::size_t n = 0; n < kColumns; ++n) {
      const V share = hn::Load(d, share_ + (k + n) * pitch_ + lane);
      const V rest = hn::Sub(hn::Set(d, C(1)), share);
      const V factor = hn::Load(d, loss.max + i + n * lanes);
      to_left[n] = hn::Mul(rest, factor);
      to_right[n] = hn::Mul(share, factor);
      if (smooth) {
        const V scale = hn::Load(d, loss.scale + i + n * lanes);
        less_left = hn::MulAdd(rest, scale, less_left);
        less_right = hn::MulAdd(share, scale, less_right);
      }
    }
    const C* from = loss.strip.values + i;
    C *a = left_gradient_ + lane, *b = right_gradient_ + lane;
    for (std::size_t c = 0; c < loss.strip.size; ++c) {
      V left = kFirst ? hn::Zero(d) : hn::Load(d, a), right = kFirst ? left : hn::Load(d, b);
      for (std::size_t n = 0; n < kColumns; ++n) {
        const V e = hn::Load(d, from + n * lanes);
        left = hn::MulAdd(e, to_left[n], left);
        right = hn::MulAdd(e, to_right[n], right);
      }
      if (smooth) {
        const V share = hn::Set(d, loss.share * loss.class_weight(c));
        left = hn::NegMulAdd(share, less_left, left);
        right = hn::NegMulAdd(share, less_right, right);
      }
      hn::Store(left, d, a);
      hn::Store(right, d, b);
      a += pitch_;
      b += pitch_;
      from += loss.strip.pitch;
    }
  }

  /// Adds the lanes' gradients to those of the two source rows, [C, source pitch] each.
  void spread(C* upper, C* lower) const {
    for (std::size_t c = 0; c < source_.classes; ++c) {
      spread_class(c * pitch_, upper + c * source_.pitch, lower + c * source_.pitch);
    }
  }

 private:
  // Of one class, to lanes from `at` on.
  HWY_INLINE void blend(const C* upper, const C* lower, std::size_t at) {
    for (std::size_t i = 0; i < count_; i += hn::Lanes(d)) {  // those beyond the last row, too
      if (i + hn::Lanes(d) <= rows_ * runs_) continue;
      hn::Store(hn::Zero(d), d, left_ + at + i);
      hn::Store(hn::Zero(d), d, right_ + at + i);
    }
    if (side_by_side_) {
      const std::size_t lanes = hn::Lanes(d);
      // What goes beyond a row is the next one's, which is written later.
      for (std::size_t j = (runs_ - 1) / lanes * lanes; j < runs_; j -= lanes) {
        const C *a = upper + first_ + j, *b = lower + first_ + j;
        const V upper_left = hn::LoadU(d, a), upper_right = hn::LoadU(d, a + 1);
        const V lower_left = hn::LoadU(d, b), lower_right = hn::LoadU(d, b + 1);
        for (std::size_t r = 0; r < rows_; ++r) {
          const V low = hn::Set(d, row_shares_[r]), high = hn::Set(d, 1 - row_shares_[r]);
          const std::size_t to = at + r * runs_ + j;
          hn::StoreU(hn::MulAdd(low, lower_left, hn::Mul(high, upper_left)), d, left_ + to);
          hn::StoreU(hn::MulAdd(low, lower_right, hn::Mul(high, upper_right)), d, right_ + to);
        }
      }
      return;
    }
    for (std::size_t r = 0; r < rows_; ++r) {
      const C low = row_shares_[r], high = 1 - low;
      for (std::size_t j = 0; j < runs_; ++j) {
        const std::int32_t x = work_.runs.source[run_ + j];
        const std::size_t to = at + r * runs_ + j;
        left_[to] = low * lower[x] + high * upper[x];
        right_[to] = low * lower[x + 1] + high * upper[x + 1];
      }
    }
  }

  HWY_INLINE void spread_class(std::size_t at, C* upper, C* lower) const {
    for (std::size_t j = 0; j < runs_; j += hn::Lanes(d)) {
      V upper_left = hn::Zero(d), upper_right = upper_left;
      V lower_left = upper_left, lower_right = upper_left;
      for (std::size_t r = 0; r < rows_; ++r) {
        const auto low = hn::Set(d, row_shares_[r]), high = hn::Set(d, 1 - row_shares_[r]);
        const V left = hn::LoadU(d, left_gradient_ + at + r * runs_ + j);
        const V right = hn::LoadU(d, right_gradient_ + at + r * runs_ + j);
        upper_left = hn::MulAdd(high, left, upper_left);
        upper_right = hn::MulAdd(high, right, upper_right);
        lower_left = hn::MulAdd(low, left, lower_left);
        lower_right = hn::MulAdd(low, right, lower_right);
      }
      const std::size_t n = HWY_MIN(runs_ - j, hn::Lanes(d));
      add(upper, j, n, upper_left, upper_right);
      add(lower, j, n, lower_left, lower_right);
    }
  }
  // 0 in the first lane.
  HWY_INLINE static V one_lane_up(V v) {
    const hn::RebindToSigned<D> di;
    const auto from = hn::Max(hn::Iota(di, -1), hn::Zero(di));
    const V moved = hn::TableLookupLanes(v, hn::IndicesFromVec(d, from));
    return hn::IfThenZeroElse(hn::FirstN(d, 1), moved);
  }
  // n runs from j on.
  HWY_INLINE void add(C* row, std::size_t j, std::size_t n, V left, V right) const {
    if (side_by_side_) {
      // Each left one with the right one before it, in one vector and a value behind.
      const auto first = hn::FirstN(d, n);
      const V sum =
          hn::Add(hn::IfThenElseZero(first, left), one_lane_up(hn::IfThenElseZero(first, right)));
      C* const to = row + first_ + j;
      hn::StoreU(hn::Add(hn::LoadU(d, to), sum), d, to);
      if (n == hn::Lanes(d)) to[n] += hn::ExtractLane(right, n - 1);
      return;
    }
    HWY_ALIGN C a[HWY_MAX_BYTES / sizeof(C)], b[HWY_MAX_BYTES / sizeof(C)];
    hn::Store(left, d, a);
    hn::Store(right, d, b);
    for (std::size_t k = 0; k < n; ++k) {
      C* const to = row + work_.runs.source[run_ + j + k];
      to[0] += a[k];
      to[1] += b[k];
    }
  }

  static constexpr D d{};
  static constexpr std::size_t kMost = UpsampleCrossEntropy::lanes(UpsampleCrossEntropy::kRows);
  const UpsampleCrossEntropy& work_;
  const UpsampleSource& source_;
  const std::size_t pitch_;
  C *left_, *right_, *left_gradient_, *right_gradient_, *share_;
  std::size_t rows_ = 0, runs_ = 0, run_ = 0, first_ = 0, count_ = 0, longest_ = 0;
  bool side_by_side_ = false;
  const C* row_shares_ = nullptr;
  std::size_t begin_[kMost], target_[kMost], columns_[kMost];
};

}  // namespace carica::ops::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CARICA_OPS_CPU_UPSAMPLE_LANES_INL_H_
