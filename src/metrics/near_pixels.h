#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace carica::metrics {

/// How many of the pixels `of` have one of `set` at a squared Euclidean distance of at most
/// `farthest` (0 or more), exact. of, set: uint8[height,width], not 0 where set. O(pixels), and
/// O(sqrt(farthest)) for each pixel of `of`.
std::int64_t count_near(std::span<const std::uint8_t> of, std::span<const std::uint8_t> set,
                        int height, int width, std::int64_t farthest);

/// 1 where a pixel that is set lies within `radius` in both directions, else 0. set:
/// uint8[height,width], 0 or 1; O(pixels) for any radius.
std::vector<std::uint8_t> square_dilation(std::span<const std::uint8_t> set, int height, int width,
                                          int radius);

}  // namespace carica::metrics
