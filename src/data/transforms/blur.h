#pragma once

#include <cstdint>
#include <memory>

#include "config/transform_options.h"
#include "data/transforms/pipeline.h"

namespace carica::data {

// Transforms that blur the picture, or the field that bends it; see blur.h. Throw Error(kConfig)
// with what is allowed.

/// Draws sigma. Masks stay.
std::unique_ptr<Transform> make_transform(const config::GaussianBlur& options);
/// Draws the shift to the right of every pixel, row by row, then the shift down of every pixel. The
/// mask moves with the picture; `outside` is its value outside.
std::unique_ptr<Transform> make_transform(const config::ElasticTransform& options,
                                          std::uint8_t outside);

}  // namespace carica::data
