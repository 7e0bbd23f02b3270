#include "metrics/calibration.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "metrics/shares.h"

namespace carica::metrics {

Calibration calibration(const ScoredSamples& samples, int bins) {
  require_valid(samples);
  std::vector<int> predicted(samples.size());
  for (std::size_t i = 0; i < predicted.size(); ++i) predicted[i] = top_class(samples.row(i));
  return calibration(samples, predicted, bins);
}

Calibration calibration(const ScoredSamples& samples, std::span<const int> predicted, int bins) {
  require_valid(samples);
  if (bins < 1) {
    throw Error(ErrorCode::kShape, cat("calibration: ", bins, " bins; at least 1 is needed"));
  }
  if (predicted.size() != samples.size()) {
    throw Error(ErrorCode::kShape, cat("calibration: ", predicted.size(), " predictions of ",
                                       samples.size(), " samples; as many are expected"));
  }
  Calibration result;
  std::vector<std::vector<double>> confidences(static_cast<std::size_t>(bins));
  std::vector<std::int64_t> right(confidences.size(), 0);
  bool defined = samples.size() > 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto row = samples.row(i);
    const double confidence = row[static_cast<std::size_t>(predicted[i])];
    if (std::isnan(confidence)) {
      defined = false;
      continue;
    }
    // The product of a float and a small integer is exact: edges are compared without rounding.
    const auto bin = static_cast<std::size_t>(
        std::clamp(std::ceil(confidence * bins) - 1, 0.0, static_cast<double>(bins - 1)));
    confidences[bin].push_back(confidence);
    right[bin] += predicted[i] == samples.labels[i];
  }
  for (std::size_t b = 0; b < confidences.size(); ++b) {
    const auto count = static_cast<std::int64_t>(confidences[b].size());
    const CalibrationBin bin{.low = static_cast<double>(b) / bins,
                             .high = static_cast<double>(b + 1) / bins,
                             .samples = count,
                             .confidence = ordered_mean(std::move(confidences[b])),
                             .accuracy = share(right[b], count, kNaN)};
    result.bins.push_back(bin);
    if (count == 0) continue;
    const double gap = std::abs(bin.accuracy - bin.confidence);
    result.expected_error += gap * share(count, static_cast<std::int64_t>(samples.size()), 0);
    result.maximum_error = std::max(result.maximum_error, gap);
  }
  if (!defined) result.expected_error = result.maximum_error = kNaN;
  return result;
}

}  // namespace carica::metrics
