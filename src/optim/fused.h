#pragma once

#include <memory>
#include <vector>

#include "config/config.h"
#include "optim/optimizer.h"

namespace carica::optim {

// Builders of the table in optimizer.cpp, each in the file of its name.

/// g = grad + weight_decay * p;  b = momentum * b + g;  p -= lr * b  (nesterov: lr * (g + momentum
/// * b)).
std::unique_ptr<Optimizer> make_sgd(std::vector<ParameterGroup> groups,
                                    const config::OptimConfig& config);

/// Kingma & Ba 2015, with weight_decay * p added to the gradient.
std::unique_ptr<Optimizer> make_adam(std::vector<ParameterGroup> groups,
                                     const config::OptimConfig& config);

/// Loshchilov & Hutter 2019: Adam after p -= lr * weight_decay * p.
std::unique_ptr<Optimizer> make_adamw(std::vector<ParameterGroup> groups,
                                      const config::OptimConfig& config);

}  // namespace carica::optim
