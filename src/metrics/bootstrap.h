#pragma once

#include <span>
#include <vector>

#include "metrics/picture_confusion.h"
#include "metrics/resampling.h"

namespace carica::metrics {

/// Of one class. Unlike ClassMetrics, 0/0 is NaN: a resample without the class says nothing of it.
struct ClassIntervals {
  Interval precision, recall, f1;
};

/// Accuracy and macro F1 are those of Summary. Accuracy, precision, recall and F1 of a class that
/// are 0 or 1 have an exact interval (share_interval()); macro F1 has none there.
struct ClassificationIntervals {
  Interval accuracy, f1_macro;
  std::vector<ClassIntervals> classes;
};

/// Resamples samples. truth, prediction: int[N], 0..classes-1. Does not depend on their order.
/// Throws Error(kShape), Error(kData) for a label outside.
ClassificationIntervals bootstrap_samples(int classes, std::span<const int> truth,
                                          std::span<const int> prediction,
                                          const BootstrapOptions& options = {});

/// Of IoU pooled over the pictures of a resample; the mean leaves out classes that are in none.
struct OverlapIntervals {
  Interval miou;
  std::vector<Interval> iou;  // of each class
};

/// Resamples pictures, not pixels: those of one picture are not independent. Does not depend on the
/// order of the pictures. Throws Error(kShape) when the numbers of classes differ.
OverlapIntervals bootstrap_pictures(std::span<const PictureConfusion> pictures,
                                    const BootstrapOptions& options = {});

}  // namespace carica::metrics
