#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "config/transform_options.h"
#include "data/images/window.h"
#include "data/transforms/pipeline.h"

namespace carica::data {

// Transforms that move pixels: the mask moves with the picture. Names, meanings and rounding are
// torchvision v2's. Each function checks the options and throws Error(kConfig) with what is
// allowed.

std::unique_ptr<Transform> make_transform(const config::Resize& options);
std::unique_ptr<Transform> make_transform(const config::RandomResize& options);
std::unique_ptr<Transform> make_transform(const config::RandomResizedCrop& options);
std::unique_ptr<Transform> make_transform(const config::RandomHorizontalFlip& options);
std::unique_ptr<Transform> make_transform(const config::RandomVerticalFlip& options);

/// The window RandomResizedCrop takes: up to ten draws of area and aspect ratio, then the largest
/// central window whose ratio is allowed. `scale` and `ratio` are [low, high].
Window random_resized_window(Size picture, const config::RandomResizedCrop& options,
                             RandomStream& random);

}  // namespace carica::data
