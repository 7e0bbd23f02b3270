#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace carica::eval {

/// The `k` classes of the largest scores, or all when there are fewer, as (class, probability); the
/// largest first, equal ones in the order of the classes, NaN before everything. scores and
/// probabilities: float[classes].
std::vector<std::pair<int, double>> top_classes(std::span<const float> scores,
                                                std::span<const float> probabilities,
                                                std::size_t k);

}  // namespace carica::eval
