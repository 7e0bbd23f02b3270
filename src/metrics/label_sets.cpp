#include "metrics/label_sets.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include "core/error.h"
#include "core/text.h"
#include "metrics/ranking.h"
#include "metrics/shares.h"

namespace carica::metrics {
namespace {

struct Counts {
  std::int64_t hits = 0, predicted = 0, support = 0;

  void add(bool guess, bool truth) {
    hits += guess && truth;
    predicted += guess;
    support += truth;
  }
  double precision() const { return share(hits, predicted, 0); }
  double recall() const { return share(hits, support, 0); }
  double f1() const { return share(2 * hits, predicted + support, 0); }
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
    one.average_precision = kNaN;
  }
  result.map = kNaN;
  if (scores_.empty()) return result;
  const auto scores = by_class(scores_), truths = by_class(truths_);
  const auto samples = scores.size(1);
  const auto size = static_cast<std::size_t>(samples);
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
          counts.f1(),        average_precision(rank({row, size}, {labels, size})),
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
  result.exact_match = share(exact, samples, 0);
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
