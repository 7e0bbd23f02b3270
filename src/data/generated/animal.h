#pragma once

#include <cstdint>

#include "data/images/picture.h"

namespace carica::data {

/// How many kinds of animals there are.
inline constexpr int kAnimals = 10;

/// A generated animal of a kind 0..9 in a wood, as cut out of a larger photograph, some of them
/// grey as from an infrared camera: a stand-in for pictures of camera traps. Crops of one
/// photograph look alike. A pure function of the arguments.
Picture make_animal(Size size, int kind, std::uint64_t seed, std::uint64_t photograph,
                    std::uint64_t crop);

}  // namespace carica::data
