#include "metrics/reliability_bins.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "metrics/shares.h"

namespace carica::metrics {

ReliabilityBins::ReliabilityBins(int bins) {
  if (bins < 1) {
    throw Error(ErrorCode::kShape, cat("calibration: ", bins, " bins; at least 1 is needed"));
  }
  probabilities_.resize(static_cast<std::size_t>(bins));
  came_true_.resize(probabilities_.size(), 0);
}

void ReliabilityBins::add(float probability, bool came_true) {
  ++samples_;
  if (std::isnan(probability)) {
    defined_ = false;
    return;
  }
  // The product of a float and a small integer is exact: edges are compared without rounding.
  const auto bins = static_cast<double>(probabilities_.size());
  const auto bin =
      static_cast<std::size_t>(std::clamp(std::ceil(probability * bins) - 1, 0.0, bins - 1));
  probabilities_[bin].push_back(probability);
  came_true_[bin] += came_true;
}

Calibration ReliabilityBins::calibration() const {
  Calibration result;
  const auto bins = static_cast<double>(probabilities_.size());
  for (std::size_t b = 0; b < probabilities_.size(); ++b) {
    const auto count = static_cast<std::int64_t>(probabilities_[b].size());
    const CalibrationBin bin{.low = static_cast<double>(b) / bins,
                             .high = static_cast<double>(b + 1) / bins,
                             .samples = count,
                             .confidence = ordered_mean(probabilities_[b]),
                             .accuracy = share(came_true_[b], count, kNaN)};
    result.bins.push_back(bin);
    if (count == 0) continue;
    const double gap = std::abs(bin.accuracy - bin.confidence);
    result.expected_error += gap * share(count, samples_, 0);
    result.maximum_error = std::max(result.maximum_error, gap);
  }
  if (!defined_ || samples_ == 0) result.expected_error = result.maximum_error = kNaN;
  return result;
}

}  // namespace carica::metrics
