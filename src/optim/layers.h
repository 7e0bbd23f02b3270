#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "optim/optimizer.h"

namespace carica::optim {

/// Whether a parameter of this name is a transformer's class token or position embedding.
bool is_embedding(std::string_view name);

/// The layer of each parameter, counted from 0 in the order of the network, for layer-wise decay.
/// A layer is what shares its name up to the first component that is a number or ends in "_" or
/// "-" and one ("layer1.0", "features.3", "encoder.layers.encoder_layer_2"), elsewhere the module,
/// two components of its name at most ("conv1", "features.denseblock2"). One-dimensional parameters
/// that are alone (a norm behind its convolution) and embeddings belong to the layer before them,
/// or to the first. Branches side by side, as of an atrous pyramid, are one layer, and a way past
/// some layers (low-level features) counts as the one whose output it meets; an auxiliary head
/// counts as the main one does.
std::vector<std::size_t> layers_of(const NamedTensors& parameters);

}  // namespace carica::optim
