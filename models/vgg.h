#pragma once

#include <memory>

#include "models/chain.h"
#include "models/classifier_options.h"
#include "models/network.h"

namespace carica::models {

/// vgg11, vgg13, vgg16, vgg19, each also with batch norm (_bn): 3x3 convolutions and three linear
/// layers (Simonyan & Zisserman 2015), as torchvision's: names, function, fresh weights from the
/// same seed. Pictures of at least 32x32 px. features(): float[N,4096].
std::shared_ptr<Network> make_vgg(const ClassifierOptions& options);

/// The convolutions, norms, ReLUs and pools of one of them.
Chain make_vgg_features(const std::string& name, std::int64_t in_channels);

}  // namespace carica::models
