#pragma once

#include <memory>

#include "models/classifier_options.h"
#include "models/network.h"

namespace carica::models {

/// regnet_y_400mf: residual bottlenecks of grouped convolutions with squeeze-and-excitation, widths
/// from a linear rule (Radosavovic et al. 2020), as torchvision's: names, function, fresh weights
/// from the same seed. Either stem. features(): float[N,440].
std::shared_ptr<Network> make_regnet(const ClassifierOptions& options);

}  // namespace carica::models
