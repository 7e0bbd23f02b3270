#pragma once

#include <cstdint>
#include <memory>

#include "config/transform_options.h"
#include "data/transforms/pipeline.h"

namespace carica::data {

// Augmentation by a table of operations (auto_augment_ops.h), by torchvision v2's names and
// distributions. The mask moves with the picture where torchvision refuses masks. Throw
// Error(kConfig) with what is allowed. `outside`: value of a mask outside the picture. "Sign" is
// one draw, for operations with a sign only.

/// Draws: the pair; for each step of it, whether, and the sign.
std::unique_ptr<Transform> make_transform(const config::AutoAugment& options, std::uint8_t outside);
/// Draws for each operation: which, and the sign.
/// Source: Cubuk et al. 2020, "RandAugment: Practical automated data augmentation".
std::unique_ptr<Transform> make_transform(const config::RandAugment& options, std::uint8_t outside);
/// Draws: the operation; the bin of its magnitude if it has any; the sign.
/// Source: Müller and Hutter 2021, "TrivialAugment: Tuning-free Yet State-of-the-Art".
std::unique_ptr<Transform> make_transform(const config::TrivialAugmentWide& options,
                                          std::uint8_t outside);

}  // namespace carica::data
