#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "optim/optimizer.h"

namespace carica::optim {

/// The layer of each parameter, counted from 0 in the order of the network, for layer-wise decay.
/// A layer is what shares its name up to the first component that is a number or ends in "_" or
/// "-" and one ("layer1.0", "features.3", "encoder.layers.encoder_layer_2"), elsewhere the module,
/// two components of its name at most ("conv1", "features.denseblock2"). One-dimensional parameters
/// that are alone (a norm behind its convolution) belong to the layer before them. Branches side by
/// side, as of an atrous pyramid, are one layer; an auxiliary head counts as the main one does.
std::vector<std::size_t> layers_of(const NamedTensors& parameters);

}  // namespace carica::optim
