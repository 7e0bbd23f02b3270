#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checkpoint/safetensors.h"
#include "weights/pickle_value.h"

namespace carica::weights {

/// A dict of named tensors inside what torch.save wrote.
struct StateDict {
  std::string path;  // its keys from the outermost, joined by dots; empty: the outermost itself
  std::vector<std::pair<std::string, ValueId>> tensors;
  std::vector<std::string> others;  // keys of what is no tensor
};

/// The dict under `key` ("ema.model"), or, when it is empty, by rule: the only one there is; of
/// several the only one whose key is usual for weights (the table in state_dict.cpp). Dicts are
/// looked for under text keys, four levels deep. Throws Error(kCorrupt), listing the candidates,
/// when none or several fit, and for a name that occurs twice.
StateDict find_state_dict(const PickleTree& tree, const std::string& key, const std::string& where);

/// A prefix that wrappers put in front of names (the table in state_dict.cpp) and that all names
/// have; empty when there is none.
std::string common_prefix(const checkpoint::NamedTensors& tensors);
/// Takes `prefix` off the names that begin with it; returns how many did.
std::size_t strip_prefix(checkpoint::NamedTensors& tensors, const std::string& prefix);

/// Numbers and short texts beside the state dict, e.g. epoch: 90.
checkpoint::Metadata facts_of(const PickleTree& tree);

}  // namespace carica::weights
