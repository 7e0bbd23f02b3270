#include "metrics/scored_labels.h"

#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "metrics/reliability_bins.h"

namespace carica::metrics {

std::size_t ScoredLabels::size() const {
  return classes < 1 ? 0 : truth.size() / static_cast<std::size_t>(classes);
}

bool ScoredLabels::has(std::size_t sample, std::size_t label) const {
  return truth[sample * static_cast<std::size_t>(classes) + label] != 0;
}

float ScoredLabels::probability(std::size_t sample, std::size_t label) const {
  return probabilities[sample * static_cast<std::size_t>(classes) + label];
}

void require_valid(const ScoredLabels& samples) {
  const auto classes = static_cast<std::size_t>(std::max(samples.classes, 1));
  if (samples.classes >= 1 && samples.truth.size() == samples.probabilities.size() &&
      samples.truth.size() % classes == 0) {
    return;
  }
  throw Error(ErrorCode::kShape,
              cat("labels: ", samples.truth.size(), " labels and ", samples.probabilities.size(),
                  " probabilities of ", samples.classes, " classes; [N,K] of both are expected"));
}

std::vector<Ranking> rankings(const ScoredLabels& samples) {
  require_valid(samples);
  std::vector<Ranking> result;
  std::vector<float> scores(samples.size());
  std::vector<std::uint8_t> truths(samples.size());
  for (std::size_t label = 0; label < static_cast<std::size_t>(samples.classes); ++label) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      scores[i] = samples.probability(i, label);
      truths[i] = samples.has(i, label);
    }
    result.push_back(rank(scores, truths));
  }
  return result;
}

Calibration calibration(const ScoredLabels& samples, int bins) {
  require_valid(samples);
  ReliabilityBins tally(bins);
  for (std::size_t i = 0; i < samples.truth.size(); ++i) {
    tally.add(samples.probabilities[i], samples.truth[i] != 0);
  }
  return tally.calibration();
}

}  // namespace carica::metrics
