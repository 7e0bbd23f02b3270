#pragma once

#include "eval/model.h"

namespace carica::train {

/// Loads the weights that the config names (model.weights or model.pretrained) into a network, if
/// any, and logs what was done. Throws Error(kCorrupt) when they do not fit, and, without
/// model.outputs, when a file of carica's has a head for other classes or in another order.
void load_starting_weights(eval::Model& model);

}  // namespace carica::train
