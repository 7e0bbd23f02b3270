#include "metrics/probabilities.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "metrics/shares.h"

namespace carica::metrics {

std::span<const float> ScoredSamples::row(std::size_t sample) const {
  const auto width = static_cast<std::size_t>(classes);
  return probabilities.subspan(sample * width, width);
}

void require_valid(const ScoredSamples& samples) {
  if (samples.classes < 1 ||
      samples.probabilities.size() != samples.size() * static_cast<std::size_t>(samples.classes)) {
    throw Error(ErrorCode::kShape,
                cat("probabilities: ", samples.probabilities.size(), " values for ", samples.size(),
                    " labels of ", samples.classes, " classes; [N,C] and [N] are expected"));
  }
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const int label = samples.labels[i];
    if (label >= 0 && label < samples.classes) continue;
    throw Error(ErrorCode::kData, cat("probabilities: label ", label, " of sample ", i, "; 0 to ",
                                      samples.classes - 1, " are allowed"));
  }
}

int top_class(std::span<const float> probabilities) {
  std::size_t best = 0;
  for (std::size_t c = 1; c < probabilities.size(); ++c) {
    if (probabilities[c] > probabilities[best] ||
        (std::isnan(probabilities[best]) && !std::isnan(probabilities[c]))) {
      best = c;
    }
  }
  return static_cast<int>(best);
}

double top_k_share(const ScoredSamples& samples, int k) {
  require_valid(samples);
  if (k < 1) throw Error(ErrorCode::kShape, cat("top k: k = ", k, "; at least 1 is needed"));
  std::int64_t hits = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto row = samples.row(i);
    const auto label = static_cast<std::size_t>(samples.labels[i]);
    if (std::isnan(row[label])) continue;
    int before = 0;
    for (std::size_t c = 0; c < row.size(); ++c) {
      // A NaN ranks before everything here, as in Accumulator: it earns no hit.
      before += std::isnan(row[c]) || row[c] > row[label] || (row[c] == row[label] && c < label);
    }
    hits += before < k;
  }
  return share(hits, static_cast<std::int64_t>(samples.size()), 0);
}

double negative_log_likelihood(const ScoredSamples& samples) {
  require_valid(samples);
  constexpr double kLeast = 0x1p-52;
  std::vector<double> losses(samples.size());
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double p = samples.row(i)[static_cast<std::size_t>(samples.labels[i])];
    losses[i] = -std::log(std::clamp(p, kLeast, 1 - kLeast));
  }
  return ordered_mean(std::move(losses));
}

double brier_score(const ScoredSamples& samples) {
  require_valid(samples);
  std::vector<double> scores(samples.size(), 0);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto row = samples.row(i);
    for (std::size_t c = 0; c < row.size(); ++c) {
      const double truth = static_cast<int>(c) == samples.labels[i] ? 1 : 0;
      scores[i] += (row[c] - truth) * (row[c] - truth);
    }
  }
  return ordered_mean(std::move(scores));
}

std::vector<Ranking> rankings(const ScoredSamples& samples) {
  require_valid(samples);
  std::vector<Ranking> result;
  std::vector<float> scores(samples.size());
  std::vector<std::uint8_t> truths(samples.size());
  for (int c = 0; c < samples.classes; ++c) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      scores[i] = samples.row(i)[static_cast<std::size_t>(c)];
      truths[i] = samples.labels[i] == c;
    }
    result.push_back(rank(scores, truths));
  }
  return result;
}

RankingMetrics ranking_metrics(std::span<const Ranking> classes) {
  RankingMetrics metrics;
  double weighted = 0;
  std::int64_t weight = 0;
  for (const Ranking& one : classes) {
    metrics.roc_auc.push_back(roc_auc(one));
    metrics.average_precision.push_back(average_precision(one));
    if (std::isnan(metrics.roc_auc.back())) continue;
    weighted += metrics.roc_auc.back() * static_cast<double>(one.positives);
    weight += one.positives;
  }
  metrics.roc_auc_macro = mean_of_defined(metrics.roc_auc);
  metrics.roc_auc_weighted = weight == 0 ? kNaN : weighted / static_cast<double>(weight);
  metrics.average_precision_macro = mean_of_defined(metrics.average_precision);
  return metrics;
}

}  // namespace carica::metrics
