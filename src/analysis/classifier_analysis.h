#pragma once

#include "analysis/request.h"

namespace carica::analysis {

/// Looks at a classifier's split and features, and writes into request.run.out: features/*,
/// scores.json, per_class.csv (with intervals), mistakes.csv, confused_pairs.csv, overfitting.txt,
/// figures of mistakes, Grad-CAM, calibration, ROC and embeddings. `page` gets the same. Throws
/// what collect() does, Error(kData) for a split without samples, Error(kIo).
void analyze_classifier(FileSystem& fs, const Request& request, const Subject& subject, Page& page);

}  // namespace carica::analysis
