#include <ATen/Parallel.h>
#include <torch/types.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "ops/cpu/plan.h"
#include "ops/cpu/room.h"
#include "ops/cpu/target_work.h"
#include "ops/cpu/upsample_work.h"
#include "ops/kernels.h"

namespace carica::ops::cpu {

namespace {

// AxisSource and its memory, as torch computes it: in float, in double for double.
template <typename C>
class Axis {
 public:
  Axis(std::int64_t in, std::int64_t out, bool align_corners)
      : first_(static_cast<std::size_t>(out) + AxisSource::kPadding), share_(first_.size()) {
    const C scale = align_corners ? (out > 1 ? static_cast<C>(in - 1) / static_cast<C>(out - 1) : 0)
                                  : static_cast<C>(in) / static_cast<C>(out);
    for (std::size_t i = 0; i < first_.size(); ++i) {
      const C place = static_cast<C>(std::min<std::int64_t>(static_cast<std::int64_t>(i), out - 1));
      const C exact = align_corners ? scale * place : scale * (place + C(0.5)) - C(0.5);
      if (exact < 0 && static_cast<std::int64_t>(i) < out) before = i + 1;
      const C from = std::max(C(0), exact);
      const auto floor = std::min<std::int64_t>(static_cast<std::int64_t>(from), in - 1);
      first_[i] = static_cast<std::int32_t>(floor);
      share_[i] = std::clamp(from - static_cast<C>(floor), C(0), C(1));
    }
    source = {first_.data(), share_.data(), static_cast<std::size_t>(in),
              static_cast<std::size_t>(out)};
  }

  AxisSource source;
  std::size_t before = 0;  // places that lie before the first source

 private:
  std::vector<std::int32_t> first_;
  std::vector<C> share_;
};

// ColumnRuns and their memory. Columns before the first source are a run of their own, so that all
// others have about one length.
class Runs {
 public:
  template <typename C>
  explicit Runs(const Axis<C>& axis) {
    const AxisSource& x = axis.source;
    for (std::size_t i = 0; i < x.out; ++i) {
      const bool more = i > 0 && i != axis.before && x.first[i] == x.first[i - 1];
      if (!more) {
        source_.push_back(x.first[i]);
        begin_.push_back(static_cast<std::int32_t>(i));
        columns_.push_back(0);
      }
      ++columns_.back();
    }
  }
  ColumnRuns get() const {
    return {source_.size(), source_.data(), begin_.data(), columns_.data()};
  }

 private:
  std::vector<std::int32_t> source_, begin_, columns_;
};

// The source of both operators, and its memory.
template <typename C>
struct Source {
  Source(const at::Tensor& logits, const Resampling& r)
      : x(r.in_width, r.out_width, r.align_corners), y(r.in_height, r.out_height, r.align_corners) {
    const std::size_t pitch = UpsampleSource::pitch_of(static_cast<std::size_t>(r.in_width));
    const std::int64_t pictures = logits.size(0), classes = logits.size(1);
    // As kernels want them, whatever the type and layout were: small beside the results.
    const auto options = logits.options().dtype(compute_type(logits.scalar_type()));
    padded = at::zeros({pictures, r.in_height, classes, static_cast<std::int64_t>(pitch)}, options);
    padded.narrow(3, 0, r.in_width).copy_(logits.permute({0, 2, 1, 3}));
    padded.select(3, r.in_width).copy_(padded.select(3, r.in_width - 1));
    source = {
        sizeof(C) == 8, padded.const_data_ptr(), static_cast<std::size_t>(classes), pitch, x.source,
        y.source};
  }

  Axis<C> x, y;
  at::Tensor padded;
  UpsampleSource source;
};

// Bands of source rows, and the output rows that begin in each. A few for each picture, so that
// threads are busy and little is added twice.
struct Bands {
  explicit Bands(const AxisSource& y) {
    constexpr std::size_t kMost = 8, kLeastRows = 2;
    const std::size_t bands = std::clamp<std::size_t>(y.in / kLeastRows, 1, kMost);
    for (std::size_t b = 0; b <= bands; ++b) {
      rows.push_back(b * y.in / bands);
      const auto* end = y.first + y.out;
      const auto row = static_cast<std::int32_t>(rows.back());
      begins.push_back(static_cast<std::size_t>(std::lower_bound(y.first, end, row) - y.first));
    }
  }
  std::size_t count() const { return rows.size() - 1; }

  std::vector<std::size_t> begins, rows;
};

// What each band owes to the row below it, and what lies behind the last of a row; then gradients
// [N,h,C,pitch] go to the tensor's own layout.
void collect(const at::Tensor& rows, const at::Tensor& below, const Bands& bands,
             const at::Tensor& gradient) {
  const std::int64_t pictures = rows.size(0), width = gradient.size(3);
  const auto count = static_cast<std::int64_t>(bands.count());
  for (std::int64_t n = 0; n < pictures; ++n) {
    for (std::int64_t b = 0; b + 1 < count; ++b) {
      const auto row = static_cast<std::int64_t>(bands.rows[static_cast<std::size_t>(b) + 1]);
      rows[n][row].add_(below[n * count + b]);
    }
  }
  rows.select(3, width - 1).add_(rows.select(3, width));
  gradient.copy_(rows.narrow(3, 0, width).permute({0, 2, 1, 3}));
}

template <typename C>
void run(const CrossEntropyWork& work, const Resampling& r) {
  const Source<C> from(work.logits, r);
  const Bands bands(from.y.source);
  const auto& logits = work.logits;
  const std::int64_t pictures = logits.size(0), classes = logits.size(1);
  const auto tasks = pictures * static_cast<std::int64_t>(bands.count());
  at::Tensor rows, below;
  if (work.gradient.defined()) {
    rows = at::zeros_like(from.padded);
    below = at::zeros({tasks, classes, rows.size(3)}, rows.options());
  }
  std::vector<double> sums(static_cast<std::size_t>(tasks));
  const Runs runs(from.x);
  const UpsampleCrossEntropy all{
      from.source,
      runs.get(),
      bands.count(),
      bands.begins.data(),
      bands.rows.data(),
      UpsampleCrossEntropy::rows_together(from.source.classes, sizeof(C)),
      target_work(work, classes),
      sums.data(),
      work.losses.defined() ? work.losses.mutable_data_ptr() : nullptr,
      rows.defined() ? rows.mutable_data_ptr() : nullptr,
      rows.defined() ? below.mutable_data_ptr() : nullptr};
  const auto values =
      classes * r.out_height * r.out_width / static_cast<std::int64_t>(bands.count());
  at::parallel_for(0, tasks, grain(values), [&](std::int64_t begin, std::int64_t end) {
    const Room room(all.room_bytes());
    upsample_cross_entropy_tasks(all, static_cast<std::size_t>(begin),
                                 static_cast<std::size_t>(end), room.get());
  });
  if (rows.defined()) collect(rows, below, bands, work.gradient);
  // In the order of tasks, which depends on the shape only.
  if (work.loss.defined()) work.loss.fill_(std::accumulate(sums.begin(), sums.end(), 0.0));
}

template <typename C>
void run_argmax(const at::Tensor& logits, const Resampling& r, const at::Tensor& labels) {
  const Source<C> from(logits, r);
  auto* out = labels.mutable_data_ptr<std::uint8_t>();
  const auto rows = logits.size(0) * r.out_height;
  at::parallel_for(0, rows, grain(logits.size(1) * r.out_width),
                   [&](std::int64_t begin, std::int64_t end) {
                     const Room room(from.source.row_values() * sizeof(C));
                     upsample_argmax_rows(from.source, static_cast<std::size_t>(begin),
                                          static_cast<std::size_t>(end), out, room.get());
                   });
}

}  // namespace

void upsample_cross_entropy(const CrossEntropyWork& work, const Resampling& resampling) {
  if (work.logits.scalar_type() == at::kDouble) return run<double>(work, resampling);
  run<float>(work, resampling);
}

void upsample_argmax(const at::Tensor& logits, const Resampling& resampling,
                     const at::Tensor& labels) {
  if (logits.scalar_type() == at::kDouble) return run_argmax<double>(logits, resampling, labels);
  run_argmax<float>(logits, resampling, labels);
}

}  // namespace carica::ops::cpu
