#include "metrics/boundary.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "metrics/distance_map.h"
#include "metrics/shares.h"

namespace carica::metrics {
namespace {

// What a pixel is on one side of the comparison.
enum Side : std::uint8_t { kIgnored, kRest, kClass };

std::vector<std::uint8_t> side_of(const BoundaryCase& masks, const MaskView& mask) {
  std::vector<std::uint8_t> side(mask.values.size());
  for (std::size_t i = 0; i < side.size(); ++i) {
    const bool ignored = masks.truth.values[i] == masks.ignore_index;
    side[i] = ignored ? kIgnored : mask.values[i] == masks.class_id ? kClass : kRest;
  }
  return side;
}

void require_same_size(const BoundaryCase& masks) {
  const auto fits = [&](const MaskView& mask) {
    return mask.height == masks.truth.height && mask.width == masks.truth.width &&
           mask.height > 0 && mask.width > 0 &&
           mask.values.size() ==
               static_cast<std::size_t>(mask.height) * static_cast<std::size_t>(mask.width);
  };
  if (fits(masks.truth) && fits(masks.prediction)) return;
  throw Error(ErrorCode::kShape,
              cat("boundary: truth of ", masks.truth.height, "x", masks.truth.width, " with ",
                  masks.truth.values.size(), " values, prediction of ", masks.prediction.height,
                  "x", masks.prediction.width, " with ", masks.prediction.values.size(),
                  "; one size that is not empty is expected"));
}

// Pixels of the class within `band` of another class or of the outside.
std::vector<std::uint8_t> inner_band(std::vector<std::uint8_t> side, const MaskView& mask,
                                     int band) {
  std::vector<std::uint8_t> rest(side.size());
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = side[i] == kRest;
  const auto near = square_dilation(rest, mask.height, mask.width, band);
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      const auto i = static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.width) +
                     static_cast<std::size_t>(x);
      const int outside = std::min({y, x, mask.height - 1 - y, mask.width - 1 - x}) + 1;
      side[i] = side[i] == kClass && (near[i] != 0 || outside <= band);
    }
  }
  return side;
}

std::vector<std::uint8_t> contour(const std::vector<std::uint8_t>& side, const MaskView& mask) {
  std::vector<std::uint8_t> result(side.size(), 0);
  const auto width = static_cast<std::size_t>(mask.width);
  const auto height = static_cast<std::size_t>(mask.height);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const auto i = y * width + x;
      if (side[i] != kClass) continue;
      result[i] = (y > 0 && side[i - width] == kRest) ||
                  (y + 1 < height && side[i + width] == kRest) || (x > 0 && side[i - 1] == kRest) ||
                  (x + 1 < width && side[i + 1] == kRest);
    }
  }
  return result;
}

// Adds the pixels of `contour` to `all`, and those near `other` to `near`.
void match(const std::vector<std::uint8_t>& contour, const std::vector<std::uint8_t>& other,
           const MaskView& mask, std::int64_t& all, std::int64_t& near) {
  const auto distances = squared_distances(other, mask.height, mask.width);
  // d < 0.0075 * diagonal, squared and multiplied by 400^2.
  const auto diagonal = static_cast<std::int64_t>(mask.height) * mask.height +
                        static_cast<std::int64_t>(mask.width) * mask.width;
  for (std::size_t i = 0; i < contour.size(); ++i) {
    if (contour[i] == 0) continue;
    ++all;
    near += distances[i] != kNoDistance && distances[i] * 160'000 < 9 * diagonal;
  }
}

}  // namespace

double BoundaryOverlap::iou() const { return share(both, either, kNaN); }

BoundaryOverlap& BoundaryOverlap::operator+=(const BoundaryOverlap& more) {
  both += more.both;
  either += more.either;
  return *this;
}

double BoundaryMatches::precision() const { return share(predicted_near, predicted, kNaN); }
double BoundaryMatches::recall() const { return share(truth_near, truth, kNaN); }

double BoundaryMatches::f1() const {
  if (predicted == 0 && truth == 0) return kNaN;
  if (predicted_near == 0 || truth_near == 0) return 0;
  return 2 * precision() * recall() / (precision() + recall());
}

BoundaryMatches& BoundaryMatches::operator+=(const BoundaryMatches& more) {
  predicted += more.predicted;
  predicted_near += more.predicted_near;
  truth += more.truth;
  truth_near += more.truth_near;
  return *this;
}

int boundary_width(int height, int width) {
  const double diagonal =
      std::sqrt(static_cast<double>(height) * height + static_cast<double>(width) * width);
  return std::max(1, static_cast<int>(std::nearbyint(0.02 * diagonal)));
}

BoundaryOverlap boundary_overlap(const BoundaryCase& masks) {
  return boundary_overlap(masks, boundary_width(masks.truth.height, masks.truth.width));
}

BoundaryOverlap boundary_overlap(const BoundaryCase& masks, int band) {
  require_same_size(masks);
  if (band < 1) {
    throw Error(ErrorCode::kShape, cat("boundary: a band of ", band, "; at least 1 is needed"));
  }
  const auto truth = inner_band(side_of(masks, masks.truth), masks.truth, band);
  const auto prediction = inner_band(side_of(masks, masks.prediction), masks.truth, band);
  BoundaryOverlap overlap;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    overlap.both += truth[i] & prediction[i];
    overlap.either += truth[i] | prediction[i];
  }
  return overlap;
}

BoundaryMatches boundary_matches(const BoundaryCase& masks) {
  require_same_size(masks);
  const auto truth = contour(side_of(masks, masks.truth), masks.truth);
  const auto prediction = contour(side_of(masks, masks.prediction), masks.truth);
  BoundaryMatches matches;
  match(prediction, truth, masks.truth, matches.predicted, matches.predicted_near);
  match(truth, prediction, masks.truth, matches.truth, matches.truth_near);
  return matches;
}

}  // namespace carica::metrics
