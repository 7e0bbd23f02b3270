#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/network.h"

namespace carica::eval {

/// One operation of a forward pass that people call a layer.
struct LayerProfile {
  std::string name;  // of the module that owns its weights, "layer1.0.conv1"; empty without weights
  std::string kind;  // "Conv2d", "BatchNorm2d", "MaxPool2d", ...
  std::vector<std::int64_t> output;  // shape for one picture, without the batch dimension
  std::int64_t parameters = 0;       // counted where they are used first
  std::int64_t multiply_adds = 0;    // of convolutions, linear layers and attention, one picture
};

/// What a network costs for one picture.
struct NetworkProfile {
  std::vector<LayerProfile> layers;  // in the order in which they run
  std::int64_t parameters = 0;       // all, used or not
  std::int64_t buffers = 0;
  std::int64_t multiply_adds = 0;
  std::int64_t features = 0;         // of a classifier's head's input, of an encoder's deepest map
  std::int64_t inference_bytes = 0;  // of float32 activations, at most at one time
  std::int64_t training_bytes = 0;   // of float32 activations that wait for the backward pass
};

/// Runs `network` (on the CPU, float32) on random pictures float[.,channels,height,width] and looks
/// on: layers and multiply-adds from the operators that it calls, bytes from what torch allocates
/// meanwhile. The batch norms' statistics change. Throws what the network throws for a size that it
/// cannot take.
NetworkProfile profile_network(models::Network& network, std::int64_t channels, std::int64_t height,
                               std::int64_t width);

}  // namespace carica::eval
