#pragma once

#include <cstdint>
#include <vector>

#include "metrics/calibration.h"

namespace carica::metrics {

/// Collects probabilities, each with whether it came true, in bins of equal width.
class ReliabilityBins {
 public:
  /// Throws Error(kShape) for less than one bin.
  explicit ReliabilityBins(int bins);

  /// NaN is in no bin, and makes the errors NaN.
  void add(float probability, bool came_true);
  /// Errors are NaN of nothing.
  Calibration calibration() const;

 private:
  std::vector<std::vector<double>> probabilities_;  // of each bin
  std::vector<std::int64_t> came_true_;
  std::int64_t samples_ = 0;
  bool defined_ = true;
};

}  // namespace carica::metrics
