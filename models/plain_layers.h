#pragma once

#include "models/layers.h"

namespace carica::models {

// Layers without weights as modules, for lists of layers that are numbered as torchvision's.

/// In place: its input must not be what a backward pass needs.
torch::nn::Functional make_relu();
/// Windows that reach beyond the map are left out; with `ceil`, those that begin inside it are not.
torch::nn::Functional make_max_pool(std::int64_t kernel, std::int64_t stride,
                                    std::int64_t padding = 0, bool ceil = false);

}  // namespace carica::models
