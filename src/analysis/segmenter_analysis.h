#pragma once

#include "analysis/request.h"

namespace carica::analysis {

/// Looks at a segmenter's split picture by picture, and writes into request.run.out: scores.json
/// and per_class.csv (pooled, mean of pictures, AP, intervals), best_and_worst.csv, ap.csv,
/// pictures.csv (the best first), failures.csv, confusion.csv, figures of the classes, of failures
/// and of the matrix. `page` gets the same and a viewer. Throws what eval::Evaluator does,
/// Error(kData) for a split without samples, Error(kIo).
void analyze_segmenter(FileSystem& fs, const Request& request, const Subject& subject, Page& page);

}  // namespace carica::analysis
