#pragma once

#include <span>
#include <vector>

#include "data/images/picture.h"

namespace carica::data {

// Gaussian blur by torchvision v2's functional.gaussian_blur: borders mirrored without repeating
// the border pixel, bytes rounded to the nearest. Where torchvision refuses a kernel that reaches
// further than the picture is large, the mirror image is mirrored again.

/// `size` weights, odd, that add up to 1. `sigma` 0 gives 1 in the middle. Multiples of 2^-24, so
/// that they are the same with every C library.
std::vector<float> gaussian_kernel(int size, double sigma);

/// In place. `along_x` moves along rows.
void blur(Picture& picture, std::span<const float> along_x, std::span<const float> along_y);

/// The same for one value per pixel, float[height,width].
void blur(std::span<float> values, Size size, std::span<const float> along_x,
          std::span<const float> along_y);

}  // namespace carica::data
