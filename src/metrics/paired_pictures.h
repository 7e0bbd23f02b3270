#pragma once

#include <string>
#include <vector>

#include "metrics/paired_tests.h"
#include "metrics/picture_overlaps.h"

namespace carica::metrics {

/// What a segmenter's run counted: one entry for each picture in both. Not whole confusions: of
/// many classes, ten runs of those do not fit into memory.
struct RunPictures {
  std::vector<std::string> ids;  // of the pictures, each once
  std::vector<Overlaps> counts;
};

/// The same pictures of two runs, in the order of the first one.
struct PairedPictures {
  std::vector<Overlaps> first, second;  // N
};

/// Matches pictures by id. Throws as match_samples(); Error(kUsage) also for a picture whose truth
/// has other classes or other numbers of their pixels in the second run; Error(kShape) when a run
/// has not as many ids as counts.
PairedPictures pair_up(const RunPictures& first, const RunPictures& second);

/// Difference of the mean IoU, pooled over the pictures of a resample: pictures are resampled,
/// since the pixels of one are not independent. Throws Error(kShape) for no picture.
PairedDifference bootstrap_miou_difference(const PairedPictures& runs,
                                           const BootstrapOptions& options = {});

}  // namespace carica::metrics
