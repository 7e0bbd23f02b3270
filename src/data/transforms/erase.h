#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "config/transform_options.h"
#include "data/transforms/geometry.h"
#include "data/transforms/pipeline.h"

namespace carica::data {

/// torchvision v2's RandomErasing, which its recipes put after Normalize. Here Normalize is always
/// last, so the bytes are written that Normalize turns into `value`: 0 is its mean colour, "random"
/// is normal noise, cut to 0..255. Masks keep their labels, as in torchvision and mmsegmentation.
/// Draws: for p; up to ten times the share of the area and the ratio; top; left; then for "random"
/// each value of the rectangle, row by row. Throws Error(kConfig) with what is allowed, also for a
/// value that no byte can have.
std::unique_ptr<Transform> make_transform(const config::RandomErasing& options,
                                          const Normalization& normalization);

/// The rectangle to erase, smaller than the picture in both directions, perhaps empty; nullopt when
/// ten draws did not fit. `scale` and `ratio` (height / width) are [low, high].
std::optional<Window> random_erased_window(Size picture, const config::RandomErasing& options,
                                           RandomStream& random);

}  // namespace carica::data
