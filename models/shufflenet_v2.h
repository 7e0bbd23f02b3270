#pragma once

#include <memory>

#include "models/classifier_options.h"
#include "models/network.h"

namespace carica::models {

/// shufflenet_v2_x1_0: half of the channels pass each block untouched, then the halves are
/// interleaved (Ma et al. 2018), as torchvision's: names, function, fresh weights from the same
/// seed. Either stem. features(): float[N,1024].
std::shared_ptr<Network> make_shufflenet_v2(const ClassifierOptions& options);

}  // namespace carica::models
