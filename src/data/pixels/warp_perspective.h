#pragma once

#include <array>
#include <optional>

#include "data/pixels/warp.h"

namespace carica::data {

/// A pixel.
struct Corner {
  int x = 0, y = 0;
};
/// Upper left, upper right, lower right, lower left.
using Corners = std::array<Corner, 4>;

/// a to h of the map from result to source, x' = (a x + b y + c) / (g x + h y + 1), y' = (d x + e y
/// + f) / (g x + h y + 1), that takes each corner of `to` to that of `from`; nullopt when there is
/// none, as with three corners on a line. torchvision v2's, in float.
std::optional<std::array<float, 8>> perspective_coefficients(const Corners& from,
                                                             const Corners& to);

/// torchvision v2's functional.perspective: its coordinates count from the picture's edge.
void perspective_sample(Sample& sample, const std::array<float, 8>& coefficients,
                        const WarpSettings& settings);

}  // namespace carica::data
