#pragma once

#include <vector>

#include "metrics/picture_confusion.h"

namespace carica::metrics {

/// What IoU needs of one class in a picture, or of a sum of pictures.
struct Overlap {
  std::int64_t hits = 0, support = 0, predicted = 0;

  auto operator<=>(const Overlap&) const = default;
  Overlap& operator+=(const Overlap& more);
  double iou() const;  // NaN where the class is in neither
};
using Overlaps = std::vector<Overlap>;  // of each class

Overlaps overlaps_of(const PictureConfusion& counts);
/// Adds class by class; both have as many.
void add_to(Overlaps& sum, const Overlaps& more);
/// The mean over the classes that occur; NaN when none does.
double mean_iou(const Overlaps& overlaps);

}  // namespace carica::metrics
