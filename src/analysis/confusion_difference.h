#pragma once

#include <filesystem>

#include "analysis/comparison.h"

namespace carica::analysis {

/// Where two runs' confusion matrices differ, rows as shares of the true class, `a` minus `b`:
/// confusion_difference.csv and shifts.csv (the largest first) in `out`, and `confusion_difference`
/// of docs/report.md in `comparison`. A column "other" that one of them lacks is 0. A warning and
/// nothing for matrices of other classes. Throws Error(kData)
/// for a damaged confusion.csv, Error(kIo).
void add_confusion_difference(FileSystem& fs, const std::filesystem::path& out,
                              const AnalysedRun& a, const AnalysedRun& b, Page::Json& comparison);

}  // namespace carica::analysis
