#pragma once

#include <cstdint>
#include <span>

namespace carica::metrics {

/// Class ids of a picture, row-major; a view.
struct MaskView {
  int height = 0, width = 0;
  std::span<const std::uint8_t> values;  // uint8[height,width]
};

/// A truth and a prediction of one size, seen as one class against the rest. Pixels whose truth is
/// `ignore_index` (any number) belong to neither side: they are not counted and make no boundary,
/// and what was predicted there does not matter.
struct BoundaryCase {
  MaskView truth, prediction;
  int class_id = 0;
  int ignore_index = 255;
};

/// Pixels of the class near its own edge, in truth and prediction.
struct BoundaryOverlap {
  std::int64_t both = 0, either = 0;

  double iou() const;  // NaN where neither has the class
  BoundaryOverlap& operator+=(const BoundaryOverlap& more);
};

/// Width in pixels of the band that boundary IoU looks at: 2 % of the diagonal, rounded to the
/// nearest integer (halves to the even one), at least 1.
int boundary_width(int height, int width);

/// Boundary IoU: the IoU of the class's pixels that have a pixel of another class, or the outside
/// of the picture, within `band` in both directions (a square window); by default
/// boundary_width(). Time does not depend on the band. Throws Error(kShape).
/// Source: Cheng et al. 2021, "Boundary IoU", and its mask_to_boundary().
BoundaryOverlap boundary_overlap(const BoundaryCase& masks);
BoundaryOverlap boundary_overlap(const BoundaryCase& masks, int band);

/// Contour pixels, and those of them that have a contour pixel of the other side near.
struct BoundaryMatches {
  std::int64_t predicted = 0, predicted_near = 0, truth = 0, truth_near = 0;

  double precision() const;  // NaN without a predicted contour
  double recall() const;     // NaN without a true one
  double f1() const;         // NaN without both; 0 without one of them
  BoundaryMatches& operator+=(const BoundaryMatches& more);
};

/// Boundary F1. The contour are the pixels of the class with a pixel of another class above, below,
/// left or right; the edge of the picture is no contour. Near: the Euclidean distance is below
/// 0.75 % of the diagonal, compared in integers. O(pixels). Throws Error(kShape).
/// Source: Csurka et al. 2013, "What is a good evaluation measure for semantic segmentation?".
BoundaryMatches boundary_matches(const BoundaryCase& masks);

}  // namespace carica::metrics
