#include "metrics/calibration.h"

#include "core/error.h"
#include "core/text.h"
#include "metrics/reliability_bins.h"

namespace carica::metrics {

Calibration calibration(const ScoredSamples& samples, int bins) {
  require_valid(samples);
  std::vector<int> predicted(samples.size());
  for (std::size_t i = 0; i < predicted.size(); ++i) predicted[i] = top_class(samples.row(i));
  return calibration(samples, predicted, bins);
}

Calibration calibration(const ScoredSamples& samples, std::span<const int> predicted, int bins) {
  require_valid(samples);
  if (predicted.size() != samples.size()) {
    throw Error(ErrorCode::kShape, cat("calibration: ", predicted.size(), " predictions of ",
                                       samples.size(), " samples; as many are expected"));
  }
  ReliabilityBins tally(bins);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    tally.add(samples.row(i)[static_cast<std::size_t>(predicted[i])],
              predicted[i] == samples.labels[i]);
  }
  return tally.calibration();
}

}  // namespace carica::metrics
