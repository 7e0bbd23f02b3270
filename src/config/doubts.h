#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace carica::config {

/// What is allowed and yet hardly meant, such as "model.pretrained = imagenet: its weights expect
/// normalised pictures; ...".
std::vector<std::string> doubts(const Config& config);

}  // namespace carica::config
