#pragma once

#include <cstdint>

#include "data/dataset.h"

namespace carica::data {

/// Classes of the generated road scenes, in the order of configs/palettes/idd.yaml: road, sidewalk,
/// person, rider, motorcycle, bicycle, car, truck, bus, train, wall, fence, traffic sign, traffic
/// light, pole, building, vegetation, sky.
inline constexpr int kRoadClasses = 18;
inline constexpr std::uint8_t kTerrain = 254, kUnlabelled = 255;  // of their masks, beside classes

/// A street with houses, plants, vehicles and people, as flat shapes: a stand-in for driving data
/// sets. Not every class is in every picture. Picture `index` is a pure function of the arguments.
Sample make_road_scene(Size size, std::uint64_t seed, std::uint64_t index);

}  // namespace carica::data
