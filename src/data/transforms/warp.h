#pragma once

#include <cstdint>
#include <memory>

#include "config/transform_options.h"
#include "data/pixels/warp_affine.h"
#include "data/pixels/warp_perspective.h"
#include "data/transforms/pipeline.h"

namespace carica::data {

// Transforms that bend pictures; the mask moves with the picture, by nearest. torchvision v2's
// names, meanings and distributions. Each function checks the options and throws Error(kConfig)
// with what is allowed. `outside`: value of a mask outside the picture.

std::unique_ptr<Transform> make_transform(const config::RandomRotation& options,
                                          std::uint8_t outside);
std::unique_ptr<Transform> make_transform(const config::RandomAffine& options,
                                          std::uint8_t outside);
std::unique_ptr<Transform> make_transform(const config::RandomPerspective& options,
                                          std::uint8_t outside);

/// What RandomAffine draws, in this order: angle; shift in x and in y, in whole pixels; scale;
/// shear of x; shear of y. What the options leave out is not drawn.
AffineParameters random_affine(Size picture, const config::RandomAffine& options,
                               RandomStream& random);

/// Where RandomPerspective moves the corners to: upper left, upper right, lower right, lower left,
/// each x before y.
Corners random_corners(Size picture, double distortion_scale, RandomStream& random);

}  // namespace carica::data
