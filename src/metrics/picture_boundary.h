#pragma once

#include <span>
#include <vector>

#include "metrics/boundary.h"

namespace carica::metrics {

/// Boundaries of every class in one picture, or pooled over pictures.
struct PictureBoundary {
  std::vector<BoundaryOverlap> overlaps;  // C
  std::vector<BoundaryMatches> matches;   // C

  /// Throws Error(kShape) when the numbers of classes differ.
  PictureBoundary& operator+=(const PictureBoundary& more);
};

/// Counts a picture, each class against the rest; classes that neither mask holds cost nothing.
/// Throws as boundary_overlap().
PictureBoundary count_boundaries(int classes, int ignore_index, const MaskView& truth,
                                 const MaskView& prediction);

/// Boundary IoU and F1 of each class, and their means over the classes where they are defined. NaN
/// where nothing is.
struct BoundaryScores {
  std::vector<double> iou, f1;  // C
  double mean_iou = 0, mean_f1 = 0;
};

/// Of the sums over the pictures, as Cheng et al. 2021 do for semantic segmentation.
BoundaryScores pooled_boundary_scores(std::span<const PictureBoundary> pictures);

/// Of a class the mean over the pictures where it is defined, as Csurka et al. 2013 do; does not
/// depend on the order of the pictures.
BoundaryScores mean_picture_boundary_scores(std::span<const PictureBoundary> pictures);

}  // namespace carica::metrics
