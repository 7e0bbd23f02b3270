#pragma once

#include <vector>

#include "analysis/collected.h"
#include "analysis/comparison.h"

namespace carica::analysis {

/// Mistakes of the first run, request.per_class of each class: what each run predicts there, and
/// how far its features are from its centroids of the training split, those of the true class and
/// of the class that it predicts ("NA" where it is right). Writes centroid_distances.csv and
/// `distances` of docs/report.md; a warning and nothing where a run has no features of train.
/// collected: one for each run, of the same pictures. Throws Error(kIo).
void add_centroid_distances(FileSystem& fs, const ComparisonRequest& request,
                            const std::vector<AnalysedRun>& runs,
                            const std::vector<Collected>& collected, Page& page);

}  // namespace carica::analysis
