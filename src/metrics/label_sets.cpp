#include "metrics/label_sets.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/text.h"

namespace carica::metrics {
namespace {

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Of one class: a row of scores and one of truths.
double average_precision(const float* scores, const std::uint8_t* truths, std::int64_t samples,
                         std::int64_t support) {
  if (support == 0) return std::numeric_limits<double>::quiet_NaN();
  const auto key = [&](std::int64_t i) { return std::isnan(scores[i]) ? -INFINITY : scores[i]; };
  std::vector<std::int64_t> order(static_cast<std::size_t>(samples));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return key(a) > key(b); });
  double sum = 0;
  std::int64_t hits = 0, hits_before = 0;
  for (std::int64_t i = 0; i < samples; ++i) {
    const auto at = order[static_cast<std::size_t>(i)];
    hits += truths[at];
    // Equal scores are one threshold.
    const bool last = i + 1 == samples || key(order[static_cast<std::size_t>(i) + 1]) != key(at);
    if (!last) continue;
    sum += share(hits - hits_before, support) * share(hits, i + 1);
    hits_before = hits;
  }
  return sum;
}

struct Counts {
  std::int64_t hits = 0, predicted = 0, support = 0;

  void add(bool guess, bool truth) {
    hits += guess && truth;
    predicted += guess;
    support += truth;
  }
  double precision() const { return share(hits, predicted); }
  double recall() const { return share(hits, support); }
  double f1() const { return share(2 * hits, predicted + support); }
};

// float32|uint8[K,N], each class in a row.
torch::Tensor by_class(const std::vector<torch::Tensor>& parts) {
  return torch::cat(parts).cpu().t().contiguous();
}

}  // namespace

LabelSets::LabelSets(int classes) : classes_(classes) {}

void LabelSets::add(const torch::Tensor& probabilities, const torch::Tensor& truth) {
  const bool fits = probabilities.dim() == 2 && probabilities.size(1) == classes_ &&
                    probabilities.sizes() == truth.sizes() && probabilities.is_floating_point() &&
                    truth.scalar_type() == torch::kByte;
  if (!fits) {
    throw Error(ErrorCode::kShape,
                cat("metrics: probabilities ", probabilities.scalar_type(), probabilities.sizes(),
                    " and labels ", truth.scalar_type(), truth.sizes(), "; must be float[N,",
                    classes_, "] and uint8[N,", classes_, "]"));
  }
  scores_.push_back(probabilities.detach().to(torch::kFloat));
  truths_.push_back(truth.clone());  // batches come in memory that is used again
}

void LabelSets::reset() {
  scores_.clear();
  truths_.clear();
}

LabelSetMetrics LabelSets::metrics(double threshold) const {
  LabelSetMetrics result;
  result.classes.resize(static_cast<std::size_t>(classes_));
  for (auto& one : result.classes) {
    one.average_precision = std::numeric_limits<double>::quiet_NaN();
  }
  result.map = std::numeric_limits<double>::quiet_NaN();
  if (scores_.empty()) return result;
  const auto scores = by_class(scores_), truths = by_class(truths_);
  const auto samples = scores.size(1);
  const auto* score = scores.const_data_ptr<float>();
  const auto* truth = truths.const_data_ptr<std::uint8_t>();
  at::parallel_for(0, classes_, 1, [&](std::int64_t begin, std::int64_t end) {
    for (auto c = begin; c < end; ++c) {
      Counts counts;
      const auto* row = score + c * samples;
      const auto* labels = truth + c * samples;
      for (std::int64_t i = 0; i < samples; ++i) counts.add(row[i] > threshold, labels[i] != 0);
      result.classes[static_cast<std::size_t>(c)] = {
          counts.precision(), counts.recall(),
          counts.f1(),        average_precision(row, labels, samples, counts.support),
          counts.support,     counts.predicted};
    }
  });

  Counts all;
  std::int64_t exact = 0;
  for (std::int64_t i = 0; i < samples; ++i) {
    Counts own;
    for (std::int64_t c = 0; c < classes_; ++c) {
      own.add(score[c * samples + i] > threshold, truth[c * samples + i] != 0);
    }
    exact += own.hits == own.predicted && own.hits == own.support;
    result.f1_samples += own.f1() / static_cast<double>(samples);
    all.hits += own.hits;
    all.predicted += own.predicted;
    all.support += own.support;
  }
  result.exact_match = share(exact, samples);
  result.precision_micro = all.precision();
  result.recall_micro = all.recall();
  result.f1_micro = all.f1();
  double sum = 0;
  std::int64_t present = 0;
  for (const auto& one : result.classes) {
    const double weight = 1.0 / classes_;
    result.precision_macro += weight * one.precision;
    result.recall_macro += weight * one.recall;
    result.f1_macro += weight * one.f1;
    if (one.support == 0) continue;
    sum += one.average_precision;
    ++present;
  }
  if (present > 0) result.map = sum / static_cast<double>(present);
  return result;
}

}  // namespace carica::metrics
