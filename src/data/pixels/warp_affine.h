#pragma once

#include <array>
#include <optional>

#include "data/pixels/warp.h"

namespace carica::data {

// Affine maps, by torchvision v2's functional.affine and functional.rotate.

/// Columns to the right, rows down.
struct Point {
  double x = 0, y = 0;
};

/// Degrees turn clockwise for affine (as torchvision's), pixels to the right and down; `center` is
/// from the upper left corner, by default the middle of the picture.
struct AffineParameters {
  double angle = 0;
  Point translate = {};
  double scale = 1;
  Point shear = {};  // degrees
  std::optional<Point> center = {};
};

/// The map from result to source, around the middle of both: x' = m0 x + m1 y + m2, y' = m3 x + m4
/// y + m5.
std::array<float, 6> inverse_affine(Size size, const AffineParameters& parameters);

void affine_sample(Sample& sample, const AffineParameters& parameters,
                   const WarpSettings& settings);

/// Counter-clockwise by `angle` degrees; a multiple of 90 around the middle moves pixels only where
/// the size allows it. `expand`: the result holds the whole picture.
void rotate_sample(Sample& sample, double angle, bool expand, std::optional<Point> center,
                   const WarpSettings& settings);

}  // namespace carica::data
