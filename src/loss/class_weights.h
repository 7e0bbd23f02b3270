#pragma once

#include <vector>

#include "config/config.h"
#include "loss/loss.h"

namespace carica::loss {

/// Empty for none. inverse: samples / (classes * count of the class), as scikit-learn's "balanced".
/// median_frequency: median of the frequencies / frequency of the class, frequencies among the
/// masks that a class occurs in (Eigen & Fergus 2015). A class that does not occur is left out of
/// both and weighs 1. Throws Error(kConfig) for weights that do not fit
/// the classes, and for counts that are missing.
std::vector<double> class_weights(const config::CrossEntropyLoss& config,
                                  const LossOptions& options);

}  // namespace carica::loss
