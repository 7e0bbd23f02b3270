#include "metrics/weighted_labels.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/text.h"
#include "metrics/shares.h"

namespace carica::metrics {
namespace {

constexpr std::size_t kMostSamples = std::size_t{1} << 30;
constexpr std::int64_t kGrain = 1 << 15;  // samples of labels for one thread

// NaN ranks last, as in rank().
float score_of(const ScoredLabels& samples, std::size_t sample, std::size_t label) {
  const float score = samples.probability(sample, label);
  return std::isnan(score) ? -std::numeric_limits<float>::infinity() : score;
}

}  // namespace

WeightedLabels::WeightedLabels(const ScoredLabels& samples, double threshold) {
  require_valid(samples);
  const auto size = samples.size();
  if (size >= kMostSamples) {
    throw Error(ErrorCode::kShape, cat("labels: ", size, " samples; less than 2^30 are allowed"));
  }
  exact_.assign(size, 1);
  labels_.resize(static_cast<std::size_t>(samples.classes));
  std::vector<std::uint32_t> order(size);
  for (std::size_t k = 0; k < labels_.size(); ++k) {
    auto& label = labels_[k];
    const auto score = [&](std::uint32_t sample) { return score_of(samples, sample, k); };
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    std::ranges::stable_sort(order, std::greater{}, score);
    label.order.resize(size);
    for (std::size_t i = 0; i < size; ++i) {
      const auto sample = order[i];
      const bool has = samples.has(sample, k), predicted = score(sample) > threshold;
      const bool last = i + 1 == size || score(order[i + 1]) != score(sample);
      label.order[i] = sample << 2 | std::uint32_t{has} << 1 | std::uint32_t{last};
      label.predicted += predicted;
      if (has != predicted) exact_[sample] = 0;
    }
  }
}

LabelTally WeightedLabels::tally(const Label& label, std::span<const std::uint32_t> weights) const {
  LabelTally result;
  std::int64_t hits = 0, all = 0, hits_before = 0;
  double sum = 0;
  for (std::size_t i = 0; i < label.order.size(); ++i) {
    if (i == label.predicted) {
      result.hits = hits;
      result.predicted = all;
    }
    const auto entry = label.order[i];
    const std::int64_t weight = weights[entry >> 2];
    all += weight;
    if ((entry & 2) != 0) hits += weight;
    if ((entry & 1) == 0 || hits == hits_before) continue;
    sum += static_cast<double>(hits - hits_before) * share(hits, all, 0);
    hits_before = hits;
  }
  if (label.predicted == label.order.size()) {
    result.hits = hits;
    result.predicted = all;
  }
  result.support = hits;
  result.average_precision = hits == 0 ? kNaN : sum / static_cast<double>(hits);
  return result;
}

std::vector<LabelTally> WeightedLabels::tally(std::span<const std::uint32_t> weights) const {
  std::vector<LabelTally> result(labels_.size());
  const auto size = std::max<std::int64_t>(1, static_cast<std::int64_t>(exact_.size()));
  at::parallel_for(0, static_cast<std::int64_t>(labels_.size()),
                   std::max<std::int64_t>(1, kGrain / size),
                   [&](std::int64_t begin, std::int64_t end) {
                     for (auto k = begin; k < end; ++k) {
                       const auto place = static_cast<std::size_t>(k);
                       result[place] = tally(labels_[place], weights);
                     }
                   });
  return result;
}

std::int64_t WeightedLabels::exact_matches(std::span<const std::uint32_t> weights) const {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < exact_.size(); ++i) {
    if (exact_[i] != 0) sum += weights[i];
  }
  return sum;
}

double f1_micro(std::span<const LabelTally> labels) {
  LabelTally all;
  for (const auto& label : labels) {
    all.hits += label.hits;
    all.predicted += label.predicted;
    all.support += label.support;
  }
  return share(2 * all.hits, all.predicted + all.support, 0);
}

double f1_macro(std::span<const LabelTally> labels) {
  double sum = 0;
  for (const auto& label : labels) sum += share(2 * label.hits, label.predicted + label.support, 0);
  return sum / static_cast<double>(labels.size());
}

double mean_average_precision(std::span<const LabelTally> labels) {
  std::vector<double> values;
  for (const auto& label : labels) values.push_back(label.average_precision);
  return mean_of_defined(values);
}

}  // namespace carica::metrics
