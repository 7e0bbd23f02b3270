#pragma once

#include <string>
#include <vector>

#include "checkpoint/safetensors.h"

namespace carica::weights {

/// Gives tensors the names of the network where the file spells them in another known way: the
/// table in rename.cpp. A way is taken when one of its names is in the file and the name that it
/// becomes is in the network. Returns what was done, one sentence for each way taken.
std::vector<std::string> rename_known(checkpoint::NamedTensors& tensors,
                                      const checkpoint::NamedTensors& network);

}  // namespace carica::weights
