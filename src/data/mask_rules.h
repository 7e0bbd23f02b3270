#pragma once

#include <string>

#include "config/config.h"
#include "data/picture.h"

namespace carica::data {

/// Turns a mask as stored into class indices: applies data.mask.encoding and data.mask.map. Throws Error(kData) for a value that is neither a
/// class nor the ignore value: file, value, its share of the pixels, what is allowed, and the likely cause.
void apply_mask_rules(Mask& mask, const config::MaskConfig& config, std::size_t classes, const std::string& name);

}  // namespace carica::data
