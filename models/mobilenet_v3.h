#pragma once

#include <memory>

#include "models/chain.h"
#include "models/classifier_options.h"
#include "models/network.h"

namespace carica::models {

/// mobilenet_v3_small, mobilenet_v3_large: inverted residuals with squeeze-and-excitation and
/// hardswish (Howard et al. 2019), as torchvision's: names, function, norms with eps 0.001 and
/// momentum 0.01, fresh weights from the same seed. Either stem. features(): float[N,1024], large:
/// float[N,1280].
std::shared_ptr<Network> make_mobilenet_v3(const ClassifierOptions& options);

/// mobilenet_v3_large up to the pooling, its layers 0 to 16, with the last stage dilated instead of
/// strided: torchvision's backbone of segmenters.
Chain make_dilated_mobilenet_v3_features(std::int64_t in_channels);

}  // namespace carica::models
