#pragma once

#include <memory>

#include "models/chain.h"
#include "models/classifier_options.h"
#include "models/network.h"

namespace carica::models {

/// mobilenet_v2: inverted residuals with ReLU6 (Sandler et al. 2018), as torchvision's: names,
/// function, fresh weights from the same seed. Either stem. features(): float[N,1280].
std::shared_ptr<Network> make_mobilenet_v2(const ClassifierOptions& options);

/// Its layers up to the pooling: 0 to 18.
Chain make_mobilenet_v2_features(const ClassifierOptions& options);

}  // namespace carica::models
