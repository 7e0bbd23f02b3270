#pragma once

#include <vector>

#include "data/images/picture.h"
#include "eval/model.h"

namespace carica::analysis {

/// The picture as the network is given it, then, for each label, with what speaks for it in warm
/// colours. Empty where the network has no maps (grad_cam()).
std::vector<data::Picture> grad_cam_pictures(const eval::Model& model, data::Picture picture,
                                             const std::vector<std::int64_t>& labels);

}  // namespace carica::analysis
