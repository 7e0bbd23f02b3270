#pragma once

#include <cstdint>
#include <memory>

#include "config/transform_options.h"
#include "data/transforms/pipeline.h"

namespace carica::data {

// Transforms that cut off or add borders, as torchvision v2 does. Each function checks the options
// and throws Error(kConfig) with what is allowed. `outside`: value of a mask outside the picture;
// padding that repeats or mirrors the picture does the same to its mask.

std::unique_ptr<Transform> make_transform(const config::CenterCrop& options, std::uint8_t outside);
std::unique_ptr<Transform> make_transform(const config::RandomCrop& options, std::uint8_t outside);
std::unique_ptr<Transform> make_transform(const config::Pad& options, std::uint8_t outside);

}  // namespace carica::data
