#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/picture_confusion.h"

namespace carica::metrics {

/// Thresholds 0, 0.1, ..., 1, as integer tenths.
inline constexpr int kIouThresholds = 11;

/// Pictures of one class at one threshold t. The class is detected in a picture when its IoU there
/// is at least t; for t = 0, above 0.
struct PictureDetections {
  std::int64_t tp = 0;  // class in the truth, and detected
  std::int64_t fp = 0;  // class predicted, but not detected
  std::int64_t fn = 0;  // class in the truth, but not detected

  auto operator<=>(const PictureDetections&) const = default;
};

/// Average precision that takes (picture, class) for an object. The AP of a class is the mean over
/// the thresholds of TP/(TP+FP), with 0/0 left out; NaN when that is everywhere, as for a class
/// that is never predicted. `map` is the mean over the classes that have one. No curve over scores:
/// not the AP of detection.
struct PictureAp {
  std::vector<std::array<PictureDetections, kIouThresholds>> detections;  // of each class
  std::vector<double> ap;
  double map = 0;
};

/// IoU and threshold are compared in integers. Throws Error(kShape) when the numbers of classes
/// differ.
PictureAp picture_ap(std::span<const PictureConfusion> pictures);

}  // namespace carica::metrics
