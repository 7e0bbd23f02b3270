#pragma once

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/collected.h"

namespace carica::analysis {

/// double[K,F]: the mean features of each true class, of the training split for the study. A class
/// without samples is NaN. Throws Error(kData) for a label outside 0..K-1.
torch::Tensor class_centroids(const Collected& training);

/// Euclidean distances of one picture's features; NaN to a class without a centroid.
struct CentroidDistances {
  double to_true = 0;
  std::optional<double> to_predicted;  // none ("NA") where the prediction is right
};

/// One network's view of M pictures.
struct RunFeatures {
  torch::Tensor features;               // floating[M,F]; networks differ in F
  std::vector<std::int64_t> predicted;  // M classes
  torch::Tensor centroids;              // of this network: class_centroids
};

/// For each run and picture. All runs see the same pictures, in the order of `truth`: picked, say,
/// as those that the first run gets wrong; where another run is right, its distance to the
/// predicted centroid is NA. Throws Error(kShape) when rows, labels, columns or numbers of classes
/// do not fit, Error(kData) for a label outside the classes.
std::vector<std::vector<CentroidDistances>> centroid_distances(
    const std::vector<std::int64_t>& truth, const std::vector<RunFeatures>& runs);

}  // namespace carica::analysis
