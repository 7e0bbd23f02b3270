#pragma once

#include <string>
#include <vector>

#include "analysis/run_place.h"

namespace carica::analysis {

/// What a run's own files say, for its report.html: facts, curves, and of each split in eval/ the
/// metrics, the table of classes and the confusion matrix. No picture is read and no network run.
/// Files that are missing are left out. Throws Error(kData) for damaged ones, Error(kIo).
void fill_from_run(FileSystem& fs, const RunPlace& run, const std::vector<std::string>& splits,
                   Page& page);

}  // namespace carica::analysis
