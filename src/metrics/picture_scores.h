#pragma once

#include <span>
#include <vector>

#include "metrics/picture_confusion.h"

namespace carica::metrics {

/// Shares in 0..1 of one class, or their mean over the classes. TP, FP, FN, TN are pixels.
struct OverlapScores {
  double accuracy = 0;  // (TP+TN) / all: high for every rare class, also one that is never found
  double recall = 0;    // TP / (TP+FN)
  double precision = 0;
  double f1 = 0, dice = 0;  // the same number but for 0/0
  double iou = 0;
};

struct SegmentationScores {
  std::vector<OverlapScores> classes;
  OverlapScores mean;                 // over the classes
  double frequency_weighted_iou = 0;  // sum of IoU * share of the class in the truth
  double pixel_accuracy = 0;          // share of pixels that are right
};

/// Of the pixels of all pictures together. 0/0 and means as in ClassMetrics and Summary: 0 for
/// precision, recall and F1, which are averaged over all C classes; NaN for IoU and Dice, which are
/// averaged over the classes that occur. Accuracy, weighted IoU and pixel accuracy of no pixel:
/// NaN.
SegmentationScores pooled_scores(const PictureConfusion& pooled);

/// Each number is the mean of what single pictures have: of a class over the pictures where it is
/// defined (recall: in the truth; precision: in the prediction; F1, Dice, IoU: in either), then of
/// the classes where that is defined. Each picture weighs the same, whatever its size. A picture
/// without pixels that count is left out. NaN where nothing is defined. Does not depend on the
/// order of the pictures.
SegmentationScores mean_picture_scores(std::span<const PictureConfusion> pictures);

}  // namespace carica::metrics
