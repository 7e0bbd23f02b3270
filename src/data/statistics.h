#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.h"

namespace carica::data {

/// Samples per class of a classification split, from its items alone.
std::vector<std::int64_t> count_labels(const Dataset& dataset, std::size_t classes);

/// Pixels per class of a segmentation split; reads every mask. The ignore value is left out.
std::vector<std::int64_t> count_pixels(const Dataset& dataset, std::size_t classes, int ignore_index, std::size_t threads);

/// Loss weights from counts, with mean 1 over the classes that occur; a class without samples gets 0. `rule`: "inverse" (1 / frequency) or
/// "median_frequency" (Eigen & Fergus 2015).
std::vector<double> class_weights(const std::vector<std::int64_t>& counts, const std::string& rule);

}  // namespace carica::data
