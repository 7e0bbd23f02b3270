#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace carica::data {

/// Samples per class of a classification split, from its items alone.
std::vector<std::int64_t> count_labels(const Dataset& dataset, std::size_t classes);

/// Pixels per class of a segmentation split; reads every mask, not the pictures. The ignore value
/// is left out. `around`, when given, gets for each class the labelled pixels of the masks that it
/// occurs in. skip_bad: leaves out masks that Dataset::load_mask rejects with kData, as a loader
/// with LoaderOptions::skip_bad does; which they are, it says.
std::vector<std::int64_t> count_pixels(const Dataset& dataset, std::size_t classes,
                                       int ignore_index, std::size_t threads,
                                       std::vector<std::int64_t>* around = nullptr,
                                       bool skip_bad = false);

}  // namespace carica::data
