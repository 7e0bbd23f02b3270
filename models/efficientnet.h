#pragma once

#include <memory>

#include "models/classifier_options.h"
#include "models/network.h"

namespace carica::models {

/// efficientnet_b0 to efficientnet_b4: inverted residuals with squeeze-and-excitation and SiLU,
/// wider and deeper by fixed factors (Tan & Le 2019), as torchvision's: names, function, fresh
/// weights from the same seed. Dropout 0.2 to 0.4 and stochastic depth 0.2 where the options do not
/// say. Either stem. features(): float[N,1280] to float[N,1792].
std::shared_ptr<Network> make_efficientnet(const ClassifierOptions& options);

}  // namespace carica::models
