#pragma once

#include <memory>

#include "config/transform_options.h"
#include "data/transforms/pipeline.h"

namespace carica::data {

// Transforms that change values and move nothing, each with probability p, by torchvision v2's
// names and meanings; masks stay. Each draws one number, for p. Throw Error(kConfig) with what is
// allowed.

std::unique_ptr<Transform> make_transform(const config::RandomGrayscale& options);
std::unique_ptr<Transform> make_transform(const config::RandomPosterize& options);
std::unique_ptr<Transform> make_transform(const config::RandomSolarize& options);
std::unique_ptr<Transform> make_transform(const config::RandomEqualize& options);
std::unique_ptr<Transform> make_transform(const config::RandomAutocontrast& options);
std::unique_ptr<Transform> make_transform(const config::RandomAdjustSharpness& options);
std::unique_ptr<Transform> make_transform(const config::RandomInvert& options);

}  // namespace carica::data
