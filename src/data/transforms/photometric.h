#pragma once

#include <memory>

#include "config/transform_options.h"
#include "data/transforms/pipeline.h"

namespace carica::data {

// mmsegmentation's transforms of light and colour; masks stay. Throw Error(kConfig) with what is
// allowed.

/// Draws nothing.
std::unique_ptr<Transform> make_transform(const config::CLAHE& options);

/// Each step with probability 1/2: brightness; contrast here or at the end; saturation; hue.
/// Draws, in this order: whether to change brightness, and by how much; whether contrast comes
/// early (1) or late (0); for each step, in the order it runs, whether, and by how much.
/// Source: mmseg/datasets/transforms/transforms.py of mmsegmentation 1.2.
std::unique_ptr<Transform> make_transform(const config::PhotoMetricDistortion& options);

}  // namespace carica::data
