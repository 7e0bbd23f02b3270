#pragma once

#include "models/registry.h"

namespace carica::models {

/// The table of segmenters.
std::span<const ModelInfo> segmenters();

}  // namespace carica::models
