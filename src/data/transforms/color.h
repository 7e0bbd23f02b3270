#pragma once

#include <memory>

#include "config/transform_options.h"
#include "data/transforms/pipeline.h"

namespace carica::data {

/// Throws Error(kConfig) for a negative amount, or a hue over 0.5.
std::unique_ptr<Transform> make_transform(const config::ColorJitter& options);

}  // namespace carica::data
