#pragma once

#include "models/registry.h"

namespace carica::models {

/// The table of classifiers.
std::span<const ModelInfo> classifiers();

}  // namespace carica::models
