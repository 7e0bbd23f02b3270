#pragma once

#include <span>

#include "data/pixels/warp.h"

namespace carica::data {

/// torchvision v2's functional.elastic: each pixel is taken from where the displacement points,
/// float[height,width] of pixels to the right and down.
void elastic_sample(Sample& sample, std::span<const float> right, std::span<const float> down,
                    const WarpSettings& settings);

}  // namespace carica::data
