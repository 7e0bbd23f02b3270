#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/picture_confusion.h"

namespace carica::metrics {

/// A picture and the mean IoU of the classes in its truth; NaN when it has none.
struct RankedPicture {
  std::size_t picture = 0;  // its place in what was given
  double miou = 0;
};

/// The best first; equal ones in the order given, those without any class last.
std::vector<RankedPicture> rank_pictures(std::span<const PictureConfusion> pictures);

/// A class that a picture's truth holds and that was not found, or found badly: IoU <= 1/2.
struct PictureFailure {
  std::size_t picture = 0;
  int class_id = 0;
  std::int64_t hits = 0, either = 0;  // pixels

  double iou() const { return static_cast<double>(hits) / static_cast<double>(either); }
};

/// By class, then by picture. Compared in integers. Throws Error(kShape) when the numbers of
/// classes differ.
std::vector<PictureFailure> picture_failures(std::span<const PictureConfusion> pictures);

}  // namespace carica::metrics
