#pragma once

#include <memory>

#include "models/classifier_options.h"
#include "models/network.h"

namespace carica::models {

/// alexnet: five convolutions and three linear layers (Krizhevsky 2014, "one weird trick"), as
/// torchvision's: names, function, fresh weights from the same seed. Pictures of at least 63x63 px.
/// features(): float[N,4096].
std::shared_ptr<Network> make_alexnet(const ClassifierOptions& options);

}  // namespace carica::models
