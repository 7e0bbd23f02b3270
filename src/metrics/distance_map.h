#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace carica::metrics {

/// The distance where nothing is set.
inline constexpr std::int64_t kNoDistance = std::numeric_limits<std::int64_t>::max();

/// Squared Euclidean distance of each pixel to the nearest one that is set (not 0), exact.
/// set: uint8[height,width]; O(pixels).
/// Source: Meijster et al. 2000, "A general algorithm for computing distance transforms in linear
/// time".
std::vector<std::int64_t> squared_distances(std::span<const std::uint8_t> set, int height,
                                            int width);

/// 1 where a pixel that is set lies within `radius` in both directions, else 0. set:
/// uint8[height,width]; O(pixels) for any radius.
std::vector<std::uint8_t> square_dilation(std::span<const std::uint8_t> set, int height, int width,
                                          int radius);

}  // namespace carica::metrics
