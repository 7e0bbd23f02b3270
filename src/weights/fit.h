#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checkpoint/safetensors.h"

namespace carica::weights {

/// How tensors of a file, by their names in the network, fit it.
struct Fit {
  struct Pair {
    std::string name;
    torch::Tensor target, source;
  };
  std::vector<Pair> pairs;
  std::vector<std::string> missing, unexpected, wrong;  // wrong: shape or type, "name: [..]"
  std::vector<std::string> kept;                        // of the head: the network's own
  std::vector<std::string> uncounted;                   // num_batches_tracked that are not there
};

struct FitRules {
  std::vector<std::string> heads;  // see LoadOptions
  bool reinit_head = false;        // see LoadOptions
  std::string trunk;               // only names with this prefix are wanted; empty: all
};

Fit fit(const checkpoint::NamedTensors& network, const checkpoint::NamedTensors& file,
        const FitRules& rules);

/// Gives a classifier's tensors, all but its head's, the names that they have in a segmenter which
/// stands on it, takes out layers that this one has no use for, and returns the prefix of these
/// names. Empty, and nothing is changed, where the file is
/// no such classifier: no name fits so, or some have the prefix already.
std::string move_into_trunk(const checkpoint::NamedTensors& network,
                            checkpoint::NamedTensors& file);

/// Adapts the first convolution where it is made for three channels and the network for others.
/// True when it did. `wrong` loses its entry then.
bool adapt_first_convolution(Fit& fit);

/// Throws Error(kCorrupt), "where: reason", for the first number that is not finite or variance
/// below 0. Returns how many variances are 0.
std::size_t check_numbers(const Fit& fit, const std::string& where);

}  // namespace carica::weights
