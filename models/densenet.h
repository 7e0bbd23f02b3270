#pragma once

#include <memory>

#include "models/chain.h"
#include "models/classifier_options.h"
#include "models/network.h"

namespace carica::models {

/// densenet121, densenet169: every layer gets the maps of all layers before it in its block (Huang
/// et al. 2017), as torchvision's: names, function, fresh weights from the same seed. Either stem;
/// pictures of at least 29x29 px, with the CIFAR stem 8x8. features(): float[N,1024], densenet169:
/// float[N,1664].
std::shared_ptr<Network> make_densenet(const ClassifierOptions& options);

/// Their layers up to the pooling: stem, blocks, transitions, and the last norm and ReLU.
Chain make_densenet_features(const ClassifierOptions& options);

}  // namespace carica::models
