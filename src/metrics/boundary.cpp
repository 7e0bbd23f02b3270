#include "metrics/boundary.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "metrics/near_pixels.h"
#include "metrics/shares.h"

namespace carica::metrics {
namespace {

// What a pixel is on one side of the comparison.
enum Side : std::uint8_t { kIgnored, kRest, kClass };

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

// A part of the picture: all that the class needs, in truth and prediction.
struct Window {
  int top = 0, left = 0, height = 0, width = 0;
};

// Every pixel of the class on either side, and `margin` more in all directions.
Window window_of(const BoundaryCase& masks, int margin) {
  const auto id = static_cast<std::uint8_t>(masks.class_id);
  int top = masks.truth.height, bottom = -1, left = masks.truth.width, right = -1;
  for (const MaskView* mask : {&masks.truth, &masks.prediction}) {
    for (int y = 0; y < mask->height; ++y) {
      const auto row =
          mask->values.subspan(static_cast<std::size_t>(y) * static_cast<std::size_t>(mask->width),
                               static_cast<std::size_t>(mask->width));
      const auto first = std::find(row.begin(), row.end(), id);
      if (first == row.end()) continue;
      const auto last = std::find(row.rbegin(), row.rend(), id);
      top = std::min(top, y);
      bottom = std::max(bottom, y);
      left = std::min(left, static_cast<int>(first - row.begin()));
      right = std::max(right, static_cast<int>(row.rend() - last) - 1);
    }
  }
  if (bottom < 0) return {};
  top = std::max(0, top - margin);
  left = std::max(0, left - margin);
  bottom = std::min(masks.truth.height - 1, bottom + margin);
  right = std::min(masks.truth.width - 1, right + margin);
  return {top, left, bottom - top + 1, right - left + 1};
}

// uint8[window] of Side.
std::vector<std::uint8_t> side_of(const BoundaryCase& masks, const MaskView& mask,
                                  const Window& window) {
  const auto width = static_cast<std::size_t>(window.width);
  const auto id = static_cast<std::uint8_t>(masks.class_id);
  const auto ignored = static_cast<std::uint8_t>(masks.ignore_index);
  const bool may_ignore = masks.ignore_index >= 0 && masks.ignore_index <= 255;
  std::vector<std::uint8_t> side(static_cast<std::size_t>(window.height) * width);
  std::uint8_t* out = side.data();
  for (int y = window.top; y < window.top + window.height; ++y, out += width) {
    const auto begin = static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.width) +
                       static_cast<std::size_t>(window.left);
    const std::uint8_t *truth = &masks.truth.values[begin], *own = &mask.values[begin];
    for (std::size_t x = 0; x < width; ++x) out[x] = own[x] == id ? kClass : kRest;
    if (!may_ignore) continue;
    for (std::size_t x = 0; x < width; ++x) {
      if (truth[x] == ignored) out[x] = kIgnored;
    }
  }
  return side;
}

// 1 for pixels of the class within `band` of another class or of the outside of the picture.
std::vector<std::uint8_t> inner_band(const BoundaryCase& masks, const MaskView& mask,
                                     const Window& window, int band) {
  auto side = side_of(masks, mask, window);
  std::vector<std::uint8_t> rest(side.size());
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = side[i] == kRest;
  auto near = square_dilation(rest, window.height, window.width, band);
  const auto width = static_cast<std::size_t>(window.width);
  const auto left = std::clamp(band - window.left, 0, window.width);  // columns near the outside
  const auto right = std::clamp(window.left + window.width - (mask.width - band), 0, window.width);
  for (int y = 0; y < window.height; ++y) {
    auto* row = &near[static_cast<std::size_t>(y) * width];
    const int in_picture = window.top + y;
    const bool whole = in_picture < band || in_picture >= mask.height - band;
    std::fill_n(row, whole ? window.width : left, std::uint8_t{1});
    std::fill_n(row + width - static_cast<std::size_t>(right), right, std::uint8_t{1});
  }
  for (std::size_t i = 0; i < side.size(); ++i) {
    side[i] = static_cast<std::uint8_t>(side[i] == kClass) & near[i];
  }
  return side;
}

// 1 for pixels of the class beside another class. The window has a margin of 1.
std::vector<std::uint8_t> contour(const BoundaryCase& masks, const MaskView& mask,
                                  const Window& window) {
  const auto side = side_of(masks, mask, window);
  std::vector<std::uint8_t> result(side.size(), 0);
  const auto width = static_cast<std::size_t>(window.width);
  const auto height = static_cast<std::size_t>(window.height);
  // The neighbour in one direction, over a stretch of one row.
  const auto beside = [&](std::size_t first, std::size_t neighbor, std::size_t count) {
    const std::uint8_t *own = &side[first], *other = &side[neighbor];
    std::uint8_t* out = &result[first];
    for (std::size_t i = 0; i < count; ++i) {
      out[i] |= static_cast<std::uint8_t>(own[i] == kClass) &
                static_cast<std::uint8_t>(other[i] == kRest);
    }
  };
  for (std::size_t y = 0; y < height; ++y) {
    const auto row = y * width;
    if (y > 0) beside(row, row - width, width);
    if (y + 1 < height) beside(row, row + width, width);
    if (width < 2) continue;
    beside(row, row + 1, width - 1);
    beside(row + 1, row, width - 1);
  }
  return result;
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
  const auto window = window_of(masks, band);
  const auto truth = inner_band(masks, masks.truth, window, band);
  const auto prediction = inner_band(masks, masks.prediction, window, band);
  BoundaryOverlap overlap;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    overlap.both += truth[i] & prediction[i];
    overlap.either += truth[i] | prediction[i];
  }
  return overlap;
}

BoundaryMatches boundary_matches(const BoundaryCase& masks) {
  require_same_size(masks);
  const auto window = window_of(masks, 1);
  const auto truth = contour(masks, masks.truth, window);
  const auto prediction = contour(masks, masks.prediction, window);
  // d < 0.0075 * diagonal, squared and multiplied by 400^2.
  const auto diagonal = static_cast<std::int64_t>(masks.truth.height) * masks.truth.height +
                        static_cast<std::int64_t>(masks.truth.width) * masks.truth.width;
  const auto farthest = (9 * diagonal - 1) / 160'000;
  const auto near = [&](const auto& of, const auto& other) {
    return count_near(of, other, window.height, window.width, farthest);
  };
  const auto pixels = [](const auto& set) { return std::count(set.begin(), set.end(), 1); };
  return {.predicted = pixels(prediction),
          .predicted_near = near(prediction, truth),
          .truth = pixels(truth),
          .truth_near = near(truth, prediction)};
}

}  // namespace carica::metrics
