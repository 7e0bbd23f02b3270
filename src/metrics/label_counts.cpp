#include "metrics/label_counts.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <cstdint>
#include <mutex>
#include <type_traits>
#include <vector>

namespace carica::metrics {
namespace {

// Beyond this many counters, private tables cost more than the threads gain.
constexpr std::int64_t kMaxPrivateCounters = 1 << 14;
constexpr std::int64_t kGrain = 1 << 16;  // labels for one thread
// Neighbouring pixels mostly fall on one counter, where each addition waits for the one before;
// a few tables in turn let them overlap.
constexpr int kTables = 4;

/// Where labels go: row of a target (times K+1) and column of a prediction.
template <typename Label>
class Bins {
 public:
  Bins(int classes, int ignore_index) : classes_(classes), ignore_index_(ignore_index) {
    if constexpr (std::is_same_v<Label, std::uint8_t>) {
      for (int value = 0; value < 256; ++value) {
        rows_[value] = static_cast<std::int32_t>(compute_row(value));
        columns_[value] = static_cast<std::int32_t>(compute_column(value));
      }
    }
  }

  std::int64_t row(Label target) const {
    if constexpr (std::is_same_v<Label, std::uint8_t>) return rows_[target];
    return compute_row(target);
  }
  std::int64_t column(Label prediction) const {
    if constexpr (std::is_same_v<Label, std::uint8_t>) return columns_[prediction];
    return compute_column(prediction);
  }

 private:
  std::int64_t compute_row(std::int64_t target) const {
    if (target == ignore_index_) return classes_ * (classes_ + 1);
    const bool inside = target >= 0 && target < classes_;
    return (inside ? target : classes_ + 1) * (classes_ + 1);
  }
  std::int64_t compute_column(std::int64_t prediction) const {
    return prediction >= 0 && prediction < classes_ ? prediction : classes_;
  }

  std::int64_t classes_, ignore_index_;
  std::int32_t rows_[256], columns_[256];
};

template <typename Prediction, typename Target>
void count(std::int64_t* counts, std::int64_t counters, int classes, int ignore_index,
           const Prediction* predictions, const Target* targets, std::int64_t n) {
  const Bins<Prediction> columns(classes, ignore_index);
  const Bins<Target> rows(classes, ignore_index);
  const auto bin = [&](std::int64_t i) {
    return rows.row(targets[i]) + columns.column(predictions[i]);
  };
  if (n < counters || counters > kMaxPrivateCounters) {
    for (std::int64_t i = 0; i < n; ++i) ++counts[bin(i)];
    return;
  }
  std::mutex mutex;
  at::parallel_for(0, n, kGrain, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::int64_t> mine(static_cast<std::size_t>(kTables * counters), 0);
    std::int64_t i = begin;
    for (; i + kTables <= end; i += kTables) {
      for (int table = 0; table < kTables; ++table) ++mine[table * counters + bin(i + table)];
    }
    for (; i < end; ++i) ++mine[bin(i)];
    const std::lock_guard lock(mutex);
    for (std::int64_t k = 0; k < kTables * counters; ++k) counts[k % counters] += mine[k];
  });
}

}  // namespace

void count_on_host(const torch::Tensor& counts, int classes, int ignore_index,
                   const torch::Tensor& predictions, const torch::Tensor& targets) {
  const torch::Tensor guess = predictions.contiguous();
  const torch::Tensor truth = targets.contiguous();
  const auto with_targets = [&](const auto* guesses) {
    auto* into = counts.data_ptr<std::int64_t>();
    if (truth.scalar_type() == torch::kUInt8) {
      count(into, counts.numel(), classes, ignore_index, guesses,
            truth.const_data_ptr<std::uint8_t>(), truth.numel());
    } else {
      count(into, counts.numel(), classes, ignore_index, guesses,
            truth.const_data_ptr<std::int64_t>(), truth.numel());
    }
  };
  if (guess.scalar_type() == torch::kUInt8) {
    with_targets(guess.const_data_ptr<std::uint8_t>());
  } else {
    with_targets(guess.const_data_ptr<std::int64_t>());
  }
}

class AnyOrder {
 public:
  AnyOrder() { set(false); }
  ~AnyOrder() { set(was_); }
  AnyOrder(const AnyOrder&) = delete;
  AnyOrder& operator=(const AnyOrder&) = delete;

 private:
  void set(bool deterministic) const {
    at::globalContext().setDeterministicAlgorithms(deterministic, warns_);
  }
  bool was_ = at::globalContext().deterministicAlgorithms();
  bool warns_ = at::globalContext().deterministicAlgorithmsWarnOnly();
};

void count_on_device(const torch::Tensor& counts, int classes, int ignore_index,
                     const torch::Tensor& predictions, const torch::Tensor& targets) {
  const auto truth = targets.flatten().to(torch::kInt64);
  const auto guess = predictions.flatten().to(torch::kInt64);
  const auto inside = [classes](const torch::Tensor& labels) {
    return labels.ge(0).logical_and_(labels.lt(classes));
  };
  const auto row =
      torch::where(inside(truth), truth, classes + 1).masked_fill_(truth.eq(ignore_index), classes);
  const auto column = torch::where(inside(guess), guess, classes);
  const auto bin = row.mul_(classes + 1).add_(column);
  // bincount would wait for the device to learn the size of its result; sums of integers into a
  // table of known size need not, and give the same counts in any order: torch's deterministic way,
  // which sorts the pixels, brings nothing.
  const AnyOrder any_order;
  counts.view(-1).scatter_add_(0, bin, torch::ones({1}, counts.options()).expand(bin.sizes()));
}

}  // namespace carica::metrics
