#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace carica::data {

/// Samples per class of a classification split, from its items alone.
std::vector<std::int64_t> count_labels(const Dataset& dataset, std::size_t classes);

/// Pixels per class of a segmentation split; reads every mask. The ignore value is left out.
/// `around`, when given, gets for each class the labelled pixels of the masks that it occurs in.
std::vector<std::int64_t> count_pixels(const Dataset& dataset, std::size_t classes,
                                       int ignore_index, std::size_t threads,
                                       std::vector<std::int64_t>* around = nullptr);

/// Loss weights from counts, with mean 1 over the classes that occur; a class without samples gets
/// 0. `rule`: "inverse" (1 / frequency) or "median_frequency" (Eigen & Fergus 2015: frequencies
/// among the masks that a class occurs in, which `around` of count_pixels() gives; without it the
/// two rules are the same). Throws Error(kData) when no class occurs, Error(kConfig) for another
/// rule.
std::vector<double> class_weights(const std::vector<std::int64_t>& counts, const std::string& rule,
                                  const std::vector<std::int64_t>& around = {});

}  // namespace carica::data
