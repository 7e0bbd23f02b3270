#pragma once

#include <memory>

#include "models/classifier_options.h"
#include "models/network.h"

namespace carica::models {

/// convnext_tiny, convnext_small: 7x7 depthwise convolutions, layer norm, GELU and layer scale (Liu
/// et al. 2022), as torchvision's: names, function, fresh weights from the same seed. Stochastic
/// depth 0.1 and 0.4 where the options do not say. Pictures of at least 32x32 px. features():
/// float[N,768], after the last norm.
std::shared_ptr<Network> make_convnext(const ClassifierOptions& options);

}  // namespace carica::models
