#pragma once

#include "analysis/request.h"

namespace carica::analysis {

/// Looks at the labels of a classifier of pictures with several of them, and writes into
/// request.run.out: features/*, scores.json, per_class.csv (with intervals), thresholds.csv (chosen
/// on val), co_occurrence.csv, co_occurrence_truth.csv, mistakes.csv, chosen_mistakes.csv, figures
/// of mistakes, Grad-CAM, calibration, ROC, precision and recall, co-occurrence and embeddings.
/// `page` gets the same. Throws what collect_sets() does, Error(kData) for a split without samples,
/// Error(kIo).
void analyze_label_sets(FileSystem& fs, const Request& request, const Subject& subject, Page& page);

}  // namespace carica::analysis
