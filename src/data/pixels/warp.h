#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "data/dataset.h"
#include "data/images/picture.h"
#include "data/pixels/options_check.h"

namespace carica::data {

// Pictures seen through a map of coordinates: what torchvision v2 does by grid_sample of floats
// with zero padding and align_corners=False, rounded to the nearest byte.
//
// The coordinates are computed in double and the weights in float, one rounding per operation (the
// module is compiled without fused products), so that bytes are the same on every CPU. torchvision
// computes the grid in float: where a nearest pixel is a tie within 1e-5 of a pixel, its answer
// depends on the CPU, and ours may be the neighbour.

/// Where the pixels of the result come from. Stateless, or owned by one call.
class Warp {
 public:
  virtual ~Warp() = default;
  /// Columns and rows in the source under the pixels of row `y` of the result. Pixel centres are
  /// whole numbers: (0, 0) is the middle of the first pixel. Values may be anything, NaN included.
  virtual void row(int y, std::span<double> xs, std::span<double> ys) const = 0;
};

/// What stands outside. nullopt: zeros, torchvision's fill=None. A colour: torchvision's blending,
/// share * (sum - colour) + colour, where `share` of the pixel lies inside and the sum has zeros
/// outside; so the picture counts by the square of its share.
using Fill = std::optional<Colour>;

Picture warp(const Picture& from, const Warp& map, Size size, Sampling sampling, const Fill& fill);
/// Nearest, by type.
Mask warp(const Mask& from, const Warp& map, Size size, std::uint8_t outside);

/// What the warping transforms share.
struct WarpSettings {
  Sampling sampling = Sampling::kNearest;
  Fill fill = {};
  std::uint8_t outside = 255;  // of masks
};
void warp_sample(Sample& sample, const Warp& map, Size size, const WarpSettings& settings);

}  // namespace carica::data
