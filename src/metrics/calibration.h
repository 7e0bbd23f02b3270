#pragma once

#include <cstdint>
#include <vector>

#include "metrics/probabilities.h"

namespace carica::metrics {

/// Samples whose largest probability lies in (low, high]; the first bin also takes 0.
struct CalibrationBin {
  double low = 0, high = 0;
  std::int64_t samples = 0;
  double confidence = 0;  // mean of the largest probability; NaN of no sample
  double accuracy = 0;    // share of samples that are predicted right; NaN of no sample
};

/// Bins for a reliability diagram, and the gaps between their confidence and accuracy.
/// Source: Guo et al. 2017, "On calibration of modern neural networks", section 2.
struct Calibration {
  std::vector<CalibrationBin> bins;
  double expected_error = 0;  // ECE: mean gap, weighted by samples
  double maximum_error = 0;   // MCE: largest gap of a bin that has samples
};

/// Of the top-1 confidence, in bins of equal width. Errors are NaN of no sample; a row of NaN makes
/// them NaN and is in no bin. Throws Error(kShape) for less than one bin and as require_valid().
Calibration calibration(const ScoredSamples& samples, int bins = 15);

/// The same of what was predicted, int[N], 0..C-1: logits decide where float32 probabilities tie.
/// Throws Error(kShape) also for another number of predictions.
Calibration calibration(const ScoredSamples& samples, std::span<const int> predicted,
                        int bins = 15);

}  // namespace carica::metrics
