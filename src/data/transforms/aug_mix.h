#pragma once

#include <memory>
#include <span>

#include "config/transform_options.h"
#include "data/transforms/pipeline.h"

namespace carica::data {

/// torchvision v2's AugMix. Draws: the shares of the original and of the mixture (two gamma
/// variates); the share of each chain; then for each chain its depth, if that is not given, and
/// for each of its operations which one, the bin of its magnitude if it has any, the sign if it has
/// one. Throws Error(kConfig) with what is allowed, and Error(kData) for a sample with a mask: the
/// chains move pixels differently, so no mask fits their mixture.
/// Source: Hendrycks et al. 2020, "AugMix: A Simple Data Processing Method to Improve Robustness".
std::unique_ptr<Transform> make_transform(const config::AugMix& options);

/// The sum of the pictures, all of one size, times their shares, cut towards zero.
Picture mix_pictures(std::span<const Picture> pictures, std::span<const double> shares);

}  // namespace carica::data
